package dev.quorate.tools.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One life of the program in a JVM of its own, from the first line of its log to its exit status. */
class LifeTest {
    private static final long START_LIMIT_NANOS = 60_000_000_000L;

    /** The program gives itself 1.4 s; the rest is the JVM's way out on a machine that is busy with tests. */
    private static final long STOP_LIMIT_SECONDS = 5;

    @TempDir Path directory;
    private final HttpClient client = HttpClient.newHttpClient();
    private Path log;
    private Process process;
    private String url;

    @BeforeEach
    void start() throws Exception {
        log = directory.resolve("log");
        url = "http://127.0.0.1:" + freePort();
        String peer = "http://127.0.0.1:" + freePort();
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Etcd.class.getName()));
        command.addAll(
                List.of(
                        "--name",
                        "one",
                        "--data-dir",
                        directory.resolve("data").toString(),
                        "--listen-client-urls",
                        url,
                        "--advertise-client-urls",
                        url,
                        "--listen-peer-urls",
                        peer,
                        "--initial-advertise-peer-urls",
                        peer,
                        "--initial-cluster",
                        "one=" + peer,
                        "--snapshot-count",
                        "10",
                        "--warning-unary-request-duration",
                        "1ns"));
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        awaitLine("serving client traffic insecurely");
    }

    @AfterEach
    void kill() {
        process.destroyForcibly();
    }

    @Test
    void tellsWhatOperatorsWaitForAndNothingAlarming() throws Exception {
        for (int i = 0; i < 12; i++) {
            post("/v3/kv/put", "{\"key\":\"Zm9v\",\"value\":\"YmFy\"}");
        }
        post("/v3/kv/compaction", "{\"revision\":5,\"physical\":true}");
        post("/v3/maintenance/defragment", "{}");
        post("/v3/maintenance/snapshot", "{}");
        post("/v3/auth/role/add", "{\"name\":\"r\"}");
        post("/v3/auth/role/add", "{\"name\":\"r\"}");
        awaitLine("\"msg\":\"saved snapshot\"");
        String metrics = get("/metrics");

        process.toHandle().destroy();

        assertThat(process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + 15);
        List<String> lines = Files.readAllLines(log);
        assertThat(lines)
                .allSatisfy(line -> assertThat(line).startsWith("{\"level\":\"").endsWith("}"))
                .noneSatisfy(line -> assertThat(line).startsWith("{\"level\":\"error\""))
                .noneSatisfy(line -> assertThat(line).startsWith("{\"level\":\"fatal\""));
        assertInOrder(
                lines,
                "\"msg\":\"starting an etcd server\"",
                "\"msg\":\"bootstrapping cluster\"",
                "\"msg\":\"starting local member\"",
                "\"msg\":\"simple token is not cryptographically signed\"",
                "\"msg\":\"starting etcd server\"",
                "\"msg\":\"added member\"",
                " became leader at term 2\"",
                "\"msg\":\"published local member to cluster through raft\"",
                "\"msg\":\"ready to serve client requests\"",
                "\"msg\":\"grpc service status changed\",\"service\":\"\",\"status\":\"SERVING\"",
                "\"msg\":\"serving client traffic insecurely",
                "\"msg\":\"request stats\"",
                "\"msg\":\"finished scheduled compaction\",\"compact-revision\":5",
                "\"msg\":\"finished defragmenting directory\"",
                "\"msg\":\"received signal; shutting down\"",
                "\"msg\":\"closing etcd server\"",
                "\"msg\":\"skipped leadership transfer for single voting member cluster\"",
                "\"msg\":\"closed etcd server\"");
        assertThat(String.join("\n", lines))
                .contains("\"snapshot-catchup-entries\":5000")
                .contains("\"msg\":\"set initial cluster version\"")
                .contains(
                        "\"msg\":\"enabled capabilities for version\",\"cluster-version\":\"3.7\"")
                .contains("\"msg\":\"triggering snapshot\"")
                .contains("\"msg\":\"successfully sent database snapshot to client\"")
                .contains("\"msg\":\"created a role\",\"role-name\":\"r\"")
                .contains("\"msg\":\"failed to apply request\"")
                .contains("\"number-of-keys-compacted\":3,");
        assertThat(metrics)
                .contains("\netcd_server_has_leader 1\n")
                .contains("\netcd_server_leader_changes_seen_total 1\n")
                .contains("\netcd_mvcc_put_total 12\n")
                .contains("\netcd_debugging_mvcc_keys_total 1\n")
                .contains("\netcd_debugging_mvcc_compact_revision 5\n")
                .contains("\netcd_debugging_mvcc_db_compaction_keys_total 3\n")
                .contains("\netcd_cluster_version{cluster_version=\"3.7\"} 1\n")
                .contains(
                        "\netcd_server_apply_duration_seconds_count{op=\"Put\",success=\"true\",version=\"v3\"} 12\n")
                .contains(
                        "\netcd_server_apply_duration_seconds_count{op=\"AuthRoleAdd\",success=\"false\",version=\"v3\"} 1\n")
                .contains(
                        "\netcd_server_request_duration_seconds_count{success=\"true\",type=\"Put\"} 12\n")
                .doesNotContain("\netcd_disk_wal_fsync_duration_seconds_count 0\n")
                .doesNotContain("\netcd_disk_backend_commit_duration_seconds_count 0\n")
                .doesNotContain("\netcd_disk_wal_write_bytes_total 0\n");
    }

    private static void assertInOrder(List<String> lines, String... parts) {
        int at = 0;
        for (String part : parts) {
            while (at < lines.size() && !lines.get(at).contains(part)) {
                at++;
            }
            assertThat(at)
                    .as("%s in this order in%n%s", part, String.join("\n", lines))
                    .isLessThan(lines.size());
        }
    }

    private void post(String path, String body) throws Exception {
        client.send(
                HttpRequest.newBuilder(URI.create(url + path))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private String get(String path) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create(url + path)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private void awaitLine(String part) throws Exception {
        long start = System.nanoTime();
        while (!Files.exists(log) || !Files.readString(log).contains(part)) {
            if (System.nanoTime() - start > START_LIMIT_NANOS || !process.isAlive()) {
                throw new AssertionError("no line with " + part + " in\n" + Files.readString(log));
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
