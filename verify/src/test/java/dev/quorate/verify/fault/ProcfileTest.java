package dev.quorate.verify.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.verify.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Procfiles as people write them, started by goreman: three members that find each other, lose one and take it back. Only their ports differ. */
final class ProcfileTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Pattern PORT = Pattern.compile("(?<=127\\.0\\.0\\.1:|0\\.0\\.0\\.0:)\\d+");
    private static final Pattern PID = Pattern.compile("running\\s+(\\d+)");

    /** Of a page that explains static clusters, with {@code etcd} on the path, listening on every address. */
    private static final String PROFILE =
            """
            etcd1: etcd --name wuzhc0 --initial-advertise-peer-urls http://127.0.0.1:2380 --listen-peer-urls http://0.0.0.0:2380\
             --listen-client-urls http://0.0.0.0:2379 --advertise-client-urls http://127.0.0.1:2379\
             --initial-cluster-token etcd-cluster-1\
             --initial-cluster wuzhc0=http://127.0.0.1:2380,wuzhc1=http://127.0.0.1:2480,wuzhc2=http://127.0.0.1:2580\
             --initial-cluster-state new

            # etcd2
            etcd2: etcd --name wuzhc1 --initial-advertise-peer-urls http://127.0.0.1:2480 --listen-peer-urls http://0.0.0.0:2480\
             --listen-client-urls http://0.0.0.0:2479 --advertise-client-urls http://127.0.0.1:2479\
             --initial-cluster-token etcd-cluster-1\
             --initial-cluster wuzhc0=http://127.0.0.1:2380,wuzhc1=http://127.0.0.1:2480,wuzhc2=http://127.0.0.1:2580\
             --initial-cluster-state new

            etcd3: etcd --name wuzhc2 --initial-advertise-peer-urls http://127.0.0.1:2580 --listen-peer-urls http://0.0.0.0:2580\
             --listen-client-urls http://0.0.0.0:2579 --advertise-client-urls http://127.0.0.1:2579\
             --initial-cluster-token etcd-cluster-1\
             --initial-cluster 'wuzhc0=http://127.0.0.1:2380,wuzhc1=http://127.0.0.1:2480,wuzhc2=http://127.0.0.1:2580'\
             --initial-cluster-state new
            """;

    private static final String PROGRAM =
            "%s -Xmx96m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:disable --enable-native-access=ALL-UNNAMED"
                    + " --sun-misc-unsafe-memory-access=allow -cp '%s' %s";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final TreeMap<String, String> ports = new TreeMap<>();
    private final String control = Integer.toString(Ports.free());

    @TempDir Path dir;
    private Process goreman;

    @AfterEach
    void killAll() {
        if (goreman == null) {
            return;
        }
        List<ProcessHandle> left = new ArrayList<>(goreman.descendants().toList());
        goreman.destroyForcibly();
        left.forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void startsAClusterOfThree() throws Exception {
        write("Procfile", Files.readString(root().resolve("Procfile")));
        goreman = goreman("start");
        await(
                "three healthy members",
                () -> healthy("2379") && healthy("22379") && healthy("32379"));
        await(
                "names of all members",
                () ->
                        post("2379", "/v3/cluster/member/list", "{}")
                                        .split("\"name\":\"infra[123]\"", -1)
                                        .length
                                == 4);
        assertThat(run("status")).isEqualTo("*etcd1\n*etcd2\n*etcd3\n");

        assertThat(run("stop", "etcd2")).isEmpty();
        assertThat(run("status")).isEqualTo("*etcd1\n etcd2\n*etcd3\n");
        await(
                "a put without the second member",
                () ->
                        post("2379", "/v3/kv/put", "{\"key\":\"Zm9v\",\"value\":\"YmFy\"}")
                                .contains("\"revision\""));
        assertThat(run("start", "etcd2")).isEmpty();
        await(
                "the second member has caught up",
                () ->
                        healthy("22379")
                                && post(
                                                "22379",
                                                "/v3/kv/range",
                                                "{\"key\":\"Zm9v\",\"serializable\":true}")
                                        .contains("\"value\":\"YmFy\""));

        goreman.destroy();
        assertThat(goreman.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(goreman.exitValue()).as(log()).isZero();
        assertThat(healthy("2379")).isFalse();
    }

    /** A member that is killed stays down until it is asked for; a member that does not end is killed by the second signal. */
    @Test
    void outlivesAKilledMemberAndKillsAFrozenOne() throws Exception {
        write("etcd-cluster-profile", PROFILE);
        goreman = goreman("-f", "etcd-cluster-profile", "start");
        await("three healthy members", () -> healthy("2379") && healthy("2479") && healthy("2579"));
        signal("KILL", pid("etcd2"));
        await("the end of etcd2 is told", () -> log().contains("Terminating etcd2"));
        assertThat(run("status")).isEqualTo("*etcd1\n etcd2\n*etcd3\n");
        await(
                "a put without the second member",
                () ->
                        post("2379", "/v3/kv/put", "{\"key\":\"Zm9v\",\"value\":\"YmFy\"}")
                                .contains("\"revision\""));
        assertThat(run("restart", "etcd2")).isEmpty();
        await("the second member is back", () -> healthy("2479"));

        List<ProcessHandle> all = goreman.descendants().toList();
        signal("STOP", pid("etcd3"));

        goreman.destroy();
        await(
                "the others have ended",
                () ->
                        log().contains("Terminating etcd1")
                                && log().lastIndexOf("Terminating etcd2")
                                        > log().indexOf("Terminating etcd2"));
        goreman.destroy();
        assertThat(goreman.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(goreman.exitValue()).as(log()).isEqualTo(128 + 15);
        for (ProcessHandle process : all) {
            assertThat(process.onExit()).succeedsWithin(LIMIT);
        }
    }

    /** Of the group that goreman made for an entry. */
    private String pid(String name) throws Exception {
        String line =
                run("status", "-v")
                        .lines()
                        .filter(entry -> entry.startsWith(name + " "))
                        .findFirst()
                        .orElseThrow();
        Matcher pid = PID.matcher(line);
        assertThat(pid.find()).as(line).isTrue();
        return pid.group(1);
    }

    private static void signal(String signal, String group) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + signal, "--", "-" + group).start();
        assertThat(kill.waitFor()).isZero();
    }

    /** Writes a Procfile with free ports, and an {@code etcd} to run, which is on the path, too. */
    private void write(String name, String procfile) throws IOException {
        Path etcd = Files.createDirectory(dir.resolve("bin")).resolve("etcd");
        Files.writeString(
                etcd, "#!/bin/sh\nexec " + program("dev.quorate.tools.etcd.Etcd") + " \"$@\"\n");
        assertThat(etcd.toFile().setExecutable(true)).isTrue();
        Files.writeString(
                dir.resolve(name),
                PORT.matcher(procfile)
                        .replaceAll(port ->
                                ports.computeIfAbsent(
                                        port.group(), _ -> Integer.toString(Ports.free()))));
    }

    private static String program(String main) {
        return PROGRAM.formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                main);
    }

    private Process goreman(String... words) throws IOException {
        List<String> line = new ArrayList<>();
        line.add("exec " + program("dev.quorate.tools.goreman.Goreman"));
        line.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", String.join(" ", line));
        builder.directory(dir.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ETCD"));
        builder.environment().put("GOREMAN_RPC_PORT", control);
        builder.environment().put("PATH", dir.resolve("bin") + ":" + System.getenv("PATH"));
        builder.redirectErrorStream(true);
        if (List.of(words).getLast().equals("start")) {
            builder.redirectOutput(dir.resolve("log").toFile());
        }
        return builder.start();
    }

    private String run(String... words) throws Exception {
        List<String> line = new ArrayList<>(List.of("run"));
        line.addAll(List.of(words));
        Process process = goreman(line.toArray(String[]::new));
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private boolean healthy(String port) {
        return request(port, HttpRequest.newBuilder(uri(port, "/health"))).contains("\"true\"");
    }

    private String post(String port, String path, String body) {
        return request(
                port,
                HttpRequest.newBuilder(uri(port, path))
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private URI uri(String port, String path) {
        return URI.create("http://127.0.0.1:" + ports.get(port) + path);
    }

    /** Empty while nobody answers. */
    private String request(String port, HttpRequest.Builder request) {
        try {
            return http.send(
                            request.timeout(Duration.ofSeconds(5)).build(), BodyHandlers.ofString())
                    .body();
        } catch (IOException _) {
            return "";
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while port " + port + " was asked", e);
        }
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(goreman.waitFor(100, TimeUnit.MILLISECONDS))
                    .as("goreman ended before: " + what + "\n" + log())
                    .isFalse();
            assertThat(System.nanoTime()).as(what + "\n" + log()).isLessThan(end);
        }
    }

    private String log() {
        try {
            return Files.readString(dir.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("Procfile"))) {
            at = at.getParent();
        }
        return at;
    }
}
