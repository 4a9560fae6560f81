package dev.quorate.api.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.api.ClientListener;
import dev.quorate.metrics.Registry;
import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.raft.EntryType;
import dev.quorate.raft.Snapshot;
import dev.quorate.raft.message.AppendEntries;
import dev.quorate.raft.message.Heartbeat;
import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.message.Message;
import dev.quorate.raft.message.Propose;
import dev.quorate.server.Transport;
import dev.quorate.server.metrics.ServerMetrics;
import dev.quorate.server.peer.Peer;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import dev.quorate.server.peer.SnapshotContent;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members on real sockets that reach each other, or do not. */
@Timeout(60)
class PeerTransportTest {
    private static final long CLUSTER = 0xcafeL;
    private static final long ONE = 1;
    private static final long TWO = 0x91bc3c398fb3c146L;

    private final Vertx vertx = ClientListener.newVertx(2);
    private final ExecutorService guests = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Ported> open = new ArrayList<>();

    @TempDir Path dir;

    /** A transport, its port and the member behind it. */
    private record Ported(PeerTransport transport, PeerListener port, FakeSide side) {
        Peer peer() {
            return new Peer(side.memberId(), side.urls);
        }
    }

    @AfterEach
    void close() {
        for (Ported one : open) {
            one.port.close();
            one.transport.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
        guests.shutdownNow();
    }

    @Test
    void messagesFlowBothWaysInOrder() throws Exception {
        Ported one = start(ONE, CLUSTER, null);
        Ported two = start(TWO, CLUSTER, null);
        connect(one, two);
        List<Message> sent = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            sent.add(append(ONE, TWO, i));
        }
        one.transport.send(sent);
        for (Message expected : sent) {
            assertThat(take(two.side.received)).isEqualTo(expected);
        }
        Message back = new Heartbeat(TWO, ONE, 3, 7, new byte[0]);
        two.transport.send(List.of(back));
        assertThat(take(one.side.received)).isEqualTo(back);
    }

    @Test
    void membersReachEachOtherOverTls() throws Exception {
        PeerTls tls = tls();
        Ported one = start(ONE, CLUSTER, tls);
        Ported two = start(TWO, CLUSTER, tls);
        connect(one, two);
        one.transport.send(List.of(append(ONE, TWO, 4)));
        assertThat(take(two.side.received)).isEqualTo(append(ONE, TWO, 4));
        PeerResponse answer =
                one.transport.ask(
                        two.side.urls.getFirst(),
                        PeerRequest.post("/leases", new byte[] {'x'}),
                        Duration.ofSeconds(5));
        assertThat(answer.text()).isEqualTo("POST /leases x");
        // Who shows no certificate gets nothing.
        PeerTransport stranger =
                new PeerTransport(
                        CompletableFuture.completedFuture(vertx),
                        settings(PeerTls.of("", "", tls.trustedCaFile(), PeerTls.Names.ANY)),
                        new ServerMetrics(new Registry()).network,
                        guests);
        assertThatThrownBy(() ->
                        stranger.ask(
                                two.side.urls.getFirst(),
                                PeerRequest.get("/members"),
                                Duration.ofSeconds(5)))
                .isInstanceOf(IOException.class);
        stranger.close();
    }

    @Test
    void onlyMembersWithTheRightNamesGetIn() throws Exception {
        PeerTls tls = tls();
        for (PeerTls wanted :
                List.of(
                        allowing(tls, List.of("member"), List.of()),
                        allowing(tls, List.of(), List.of("other", "localhost")))) {
            Ported one = start(ONE, CLUSTER, wanted);
            assertThat(ask(one, tls)).isTrue();
        }
        for (PeerTls wanted :
                List.of(
                        allowing(tls, List.of("somebody"), List.of("localhost")),
                        allowing(tls, List.of(), List.of("example.com")))) {
            Ported one = start(ONE, CLUSTER, wanted);
            assertThat(ask(one, tls)).isFalse();
        }
    }

    private boolean ask(Ported one, PeerTls tls) {
        PeerTransport asking =
                new PeerTransport(
                        CompletableFuture.completedFuture(vertx),
                        settings(tls),
                        new ServerMetrics(new Registry()).network,
                        guests);
        try {
            return asking.ask(
                            one.side.urls.getFirst(),
                            PeerRequest.get("/members"),
                            Duration.ofSeconds(5))
                    .isOk();
        } catch (IOException _) {
            return false;
        } finally {
            asking.close();
        }
    }

    private static PeerTls allowing(PeerTls tls, List<String> names, List<String> hosts) {
        return PeerTls.of(
                tls.certificateFile(),
                tls.keyFile(),
                tls.trustedCaFile(),
                new PeerTls.Names(names, hosts, true));
    }

    @Test
    void snapshotArrivesWhole() throws Exception {
        Ported one = start(ONE, CLUSTER, null);
        Ported two = start(TWO, CLUSTER, null);
        connect(one, two);
        byte[] database = new byte[5_000_000];
        new Random(7).nextBytes(database);
        InstallSnapshot message =
                new InstallSnapshot(
                        ONE,
                        TWO,
                        3,
                        new Snapshot(new byte[] {1}, 90, 2, ConfState.ofVoters(List.of(ONE, TWO))));
        one.transport.sendSnapshot(message, new Content(database, database.length));
        assertThat(take(two.side.databases)).isEqualTo(database);
        assertThat(take(two.side.received)).isEqualTo(message);
        assertThat(take(one.side.events)).isEqualTo("snapshot " + TWO + " true");
        // One that ends too early is not taken for a whole one.
        one.transport.sendSnapshot(message, new Content(database, 1_000_000));
        assertThat(eventually(one, "snapshot " + TWO + " false")).isTrue();
        assertThat(two.side.databases).isEmpty();
    }

    @Test
    void whatCannotBeDeliveredIsReported() throws Exception {
        Ported one = start(ONE, CLUSTER, null);
        Ported two = start(TWO, CLUSTER, null);
        connect(one, two);
        two.port.close();
        two.transport.close();
        open.remove(two);
        await(() -> one.transport.connectedNanos(TWO) == Transport.NOT_CONNECTED);
        List<Message> request =
                List.of(
                        new Propose(
                                ONE,
                                TWO,
                                List.of(Entry.proposal(EntryType.NORMAL, new byte[] {1}))));
        assertThat(eventually(one, "gone " + TWO)).isTrue();
        // What is on a connection whose end is not known yet may have arrived; only the rest is
        // sure.
        await(() -> {
            one.transport.send(request);
            return one.side.events.contains("undelivered " + TWO);
        });
        assertThat(one.side.events).contains("unreachable " + TWO);
    }

    @Test
    void aMemberThatOnlyFallsSilentIsNotTakenForGone() throws Exception {
        Ported one = start(ONE, CLUSTER, null);
        Ported two = start(TWO, CLUSTER, null);
        connect(one, two);
        // Its process runs, for its port is open; only its streams end.
        two.transport.members(List.of());
        await(() -> one.transport.connectedNanos(TWO) == Transport.NOT_CONNECTED);
        two.transport.members(List.of(one.peer()));
        await(() -> one.transport.connectedNanos(TWO) != Transport.NOT_CONNECTED);
        assertThat(one.side.events).doesNotContain("gone " + TWO);
    }

    @Test
    void removedMemberIsTold() throws Exception {
        Ported one = start(ONE, CLUSTER, null);
        Ported two = start(TWO, CLUSTER, null);
        two.side.removed.add(ONE);
        one.side.members.add(TWO);
        one.transport.members(List.of(two.peer()));
        assertThat(eventually(one, "expelled")).isTrue();
    }

    @Test
    void membersOfAnotherClusterStayApart() throws Exception {
        Ported one = start(ONE, CLUSTER, null);
        Ported two = start(TWO, CLUSTER + 1, null);
        two.side.members.add(ONE);
        one.transport.members(List.of(two.peer()));
        two.transport.members(List.of(one.peer()));
        await(() -> one.transport.link(TWO) != null);
        one.transport.send(List.of(append(ONE, TWO, 1)));
        assertThat(eventually(one, "unreachable " + TWO)).isTrue();
        assertThat(two.side.received).isEmpty();
        assertThat(one.transport.connectedNanos(TWO)).isEqualTo(Transport.NOT_CONNECTED);
    }

    @Test
    void strangerIsAnsweredThoughNobodyDialsIt() throws Exception {
        Ported one = start(ONE, CLUSTER, null);
        Ported two = start(TWO, CLUSTER, null);
        // One knows of two, and two has not heard of one yet.
        one.side.members.add(TWO);
        one.transport.members(List.of(two.peer()));
        await(() -> one.transport.link(TWO) != null);
        one.transport.send(List.of(append(ONE, TWO, 1)));
        assertThat(take(two.side.received)).isEqualTo(append(ONE, TWO, 1));
        Message answer = new Heartbeat(TWO, ONE, 3, 7, new byte[0]);
        two.transport.send(List.of(answer));
        assertThat(take(one.side.received)).isEqualTo(answer);
    }

    @Test
    void refusalsAreEtcds() throws Exception {
        Ported one = start(ONE, CLUSTER, null);
        String url = one.side.urls.getFirst();
        String[] wellMeant = {
            "X-Server-Version",
            "3.7.1",
            "X-Min-Cluster-Version",
            "3.0.0",
            "X-Etcd-Cluster-ID",
            "cafe"
        };
        HttpResponse<String> answer = send("GET", url + "/raft", wellMeant);
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("POST");
        answer = send("POST", url + "/raft", "X-Server-Version", "3.7.1");
        assertThat(answer.statusCode()).isEqualTo(412);
        assertThat(answer.body()).isEqualTo("cluster ID mismatch\n");
        answer = send("POST", url + "/raft", "X-Etcd-Cluster-ID", "cafe");
        assertThat(answer.body()).isEqualTo("incompatible version\n");
        answer = send("POST", url + "/raft", wellMeant);
        // A message without receiver is meant for somebody else.
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body())
                .isEqualTo("{\"message\":\"cannot process message to mismatch member\"}");
        answer = send("POST", url + "/raft/snapshot", wellMeant);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith("failed to decode raft message (");
        answer = send("GET", url + "/raft/stream/message/7", wellMeant);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("error sender not found\n");
        assertThat(answer.headers().firstValue("X-Etcd-Cluster-ID")).hasValue("cafe");
        assertThat(answer.headers().firstValue("X-Server-Version")).hasValue("3.7.1");
        assertThat(send("GET", url + "/raft/stream/other/7", wellMeant).body())
                .isEqualTo("invalid path\n");
        assertThat(send("GET", url + "/raft/stream/message/xyz", wellMeant).body())
                .isEqualTo("invalid from\n");
        assertThat(send("GET", url + "/raft/probing").body()).startsWith("{\"OK\":true,\"Now\":\"");
    }

    private static HttpResponse<String> send(String method, String url, String... headers)
            throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(url))
                        .version(HttpClient.Version.HTTP_1_1)
                        .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }

    private static AppendEntries append(long from, long to, long at) {
        return new AppendEntries(
                from,
                to,
                3,
                at,
                3,
                List.of(new Entry(EntryType.NORMAL, 3, at + 1, new byte[] {(byte) at})),
                at);
    }

    private Ported start(long id, long cluster, @Nullable PeerTls tls) throws IOException {
        var side = new FakeSide(id, cluster);
        var transport =
                new PeerTransport(
                        CompletableFuture.completedFuture(vertx),
                        settings(tls),
                        new ServerMetrics(new Registry()).network,
                        guests);
        transport.start(side);
        PeerListener port = PeerListener.start(transport, "127.0.0.1", 0, tls);
        side.urls = List.of((tls == null ? "http" : "https") + "://127.0.0.1:" + port.port());
        var started = new Ported(transport, port, side);
        open.add(started);
        return started;
    }

    private static PeerSettings settings(@Nullable PeerTls tls) {
        return new PeerSettings(tls, "3.7.1", Duration.ofSeconds(2), Duration.ofSeconds(5));
    }

    private static void connect(Ported one, Ported two) throws InterruptedException {
        one.side.members.add(two.side.memberId());
        two.side.members.add(one.side.memberId());
        one.transport.members(List.of(two.peer()));
        two.transport.members(List.of(one.peer()));
        await(() ->
                one.transport.isStreaming(two.side.memberId())
                        && two.transport.isStreaming(one.side.memberId()));
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static boolean eventually(Ported one, String event) throws InterruptedException {
        String next = one.side.events.poll(20, TimeUnit.SECONDS);
        while (next != null && !next.equals(event)) {
            next = one.side.events.poll(20, TimeUnit.SECONDS);
        }
        return next != null;
    }

    private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        T taken = queue.poll(20, TimeUnit.SECONDS);
        assertThat(taken).as("something within twenty seconds").isNotNull();
        return taken;
    }

    /** The first bytes of a database, and then an error if that is not all. */
    private record Content(byte[] bytes, int writes) implements SnapshotContent {
        @Override
        public long sizeBytes() {
            return bytes.length;
        }

        @Override
        public void writeTo(OutputStream sink) throws IOException {
            sink.write(bytes, 0, writes);
            if (writes < bytes.length) {
                throw new IOException("the database cannot be read");
            }
        }

        @Override
        public void close() {}
    }

    private PeerTls tls() throws Exception {
        Path file = dir.resolve("keys.p12");
        var keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "k",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=member",
                                "-ext",
                                "SAN=dns:localhost,ip:127.0.0.1",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                file.toString(),
                                "-storepass",
                                "secret")
                        .inheritIO()
                        .start();
        assertThat(keytool.waitFor()).isZero();
        var store = KeyStore.getInstance(file.toFile(), "secret".toCharArray());
        String certificate = pem("cert.pem", "CERTIFICATE", store.getCertificate("k").getEncoded());
        String key =
                pem(
                        "key.pem",
                        "PRIVATE KEY",
                        store.getKey("k", "secret".toCharArray()).getEncoded());
        return PeerTls.of(certificate, key, certificate, PeerTls.Names.ANY);
    }

    private String pem(String name, String type, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                        dir.resolve(name),
                        "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n")
                .toString();
    }
}
