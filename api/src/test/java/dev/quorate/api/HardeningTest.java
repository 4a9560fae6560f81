package dev.quorate.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a port on a network meets. After each the server must go on serving. */
class HardeningTest {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private Running server;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        server = Running.start();
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterEach
    void serveOnAndStop() throws Exception {
        assertThat(version()).contains("3.7.1");
        var call = new Frames().preface().call(1, "/etcdserverpb.KV/Range").data(1, range("ok"));
        answers(call, "grpc-status");
        client.shutdownNow();
        server.close();
    }

    private String version() throws Exception {
        return client.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://127.0.0.1:" + server.port() + "/version"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private String answer(Frames frames) throws IOException {
        return new String(
                new Raw(server.port()).exchange(frames.bytes()), StandardCharsets.ISO_8859_1);
    }

    private void answers(Frames frames, String text) throws IOException {
        assertThat(new Raw(server.port()).exchangeUntil(frames.bytes(), text)).contains(text);
    }

    private static byte[] range(String key) {
        return dev.quorate.proto.etcdserverpb.RangeRequest.newBuilder()
                .setKey(com.google.protobuf.ByteString.copyFromUtf8(key))
                .build()
                .toByteArray();
    }

    /** Bytes of HTTP/2. */
    private static final class Frames {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final DataOutputStream out = new DataOutputStream(bytes);

        Frames preface() throws IOException {
            out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            return frame(SETTINGS, 0, 0, new byte[0]);
        }

        Frames frame(int type, int flags, int stream, byte[] payload) throws IOException {
            out.writeByte(payload.length >> 16);
            out.writeShort(payload.length);
            out.writeByte(type);
            out.writeByte(flags);
            out.writeInt(stream);
            out.write(payload);
            return this;
        }

        /** Headers of a call, as literals without index and without Huffman codes. */
        Frames call(int stream, String path, String... more) throws IOException {
            var block = new ByteArrayOutputStream();
            literal(block, ":method", "POST");
            literal(block, ":scheme", "http");
            literal(block, ":path", path);
            literal(block, ":authority", "#initially=[a;b]");
            literal(block, "content-type", "application/grpc");
            for (int i = 0; i < more.length; i += 2) {
                literal(block, more[i], more[i + 1]);
            }
            return frame(HEADERS, END_HEADERS, stream, block.toByteArray());
        }

        private static void literal(ByteArrayOutputStream block, String name, String value)
                throws IOException {
            block.write(0);
            block.write(name.length());
            block.write(name.getBytes(StandardCharsets.ISO_8859_1));
            block.write(value.length());
            block.write(value.getBytes(StandardCharsets.ISO_8859_1));
        }

        Frames data(int stream, byte[] message) throws IOException {
            var payload = new ByteArrayOutputStream();
            new DataOutputStream(payload).writeByte(0);
            new DataOutputStream(payload).writeInt(message.length);
            payload.write(message);
            return frame(DATA, END_STREAM, stream, payload.toByteArray());
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }

    @Test
    void garbage() throws Exception {
        var random = new Random(1);
        for (int i = 0; i < 20; i++) {
            var bytes = new byte[random.nextInt(1, 5_000)];
            random.nextBytes(bytes);
            new Raw(server.port()).exchange(bytes);
        }
    }

    @Test
    void garbageAfterThePreface() throws Exception {
        var random = new Random(2);
        for (int i = 0; i < 10; i++) {
            var bytes = new byte[random.nextInt(9, 500)];
            random.nextBytes(bytes);
            var frames = new Frames().preface();
            frames.out.write(bytes);
            answer(frames);
        }
    }

    @Test
    void aBrokenConnectionCancelsItsCalls() throws Exception {
        var frames =
                new Frames()
                        .preface()
                        .call(1, "/etcdserverpb.Watch/Watch")
                        .frame(DATA, 0, 0, new byte[5]);
        answer(frames);
        Running.await(() -> server.services.cancelled.get() == 1);
        assertThat(server.services.watches).isEmpty();
    }

    @Test
    void partialFramesThatNeverEnd() throws Exception {
        byte[] whole =
                new Frames()
                        .preface()
                        .call(1, "/etcdserverpb.KV/Range")
                        .data(1, range("x"))
                        .bytes();
        var sockets = new ArrayList<Socket>();
        for (int length = 0; length < whole.length; length += 7) {
            var socket = new Socket("127.0.0.1", server.port());
            socket.getOutputStream().write(whole, 0, length);
            sockets.add(socket);
        }
        assertThat(version()).contains("3.7.1");
        for (var socket : sockets) {
            socket.close();
        }
    }

    @Test
    void oneByteAtATime() throws Exception {
        byte[] whole =
                new Frames()
                        .preface()
                        .call(1, "/etcdserverpb.KV/Range")
                        .data(1, range("x"))
                        .bytes();
        try (var socket = new Socket("127.0.0.1", server.port())) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(10_000);
            for (byte b : whole) {
                socket.getOutputStream().write(b);
                socket.getOutputStream().flush();
            }
            var seen = new StringBuilder();
            while (seen.indexOf("grpc-status") < 0) {
                seen.append((char) socket.getInputStream().read());
            }
        }
    }

    @Test
    void oversizedAnnouncementsAreRefusedBeforeTheBytesArrive() throws Exception {
        var frames =
                new Frames()
                        .preface()
                        .call(1, "/etcdserverpb.KV/Range")
                        .frame(DATA, 0, 1, new byte[] {0, 127, -1, -1, -1, 1, 2, 3});
        answers(frames, "grpc: received message larger than max (2147483647 vs. 2097152)");
    }

    @Test
    void headerListsWithoutEnd() throws Exception {
        var frames = new Frames().preface();
        var more = new String[2 * 1000];
        for (int i = 0; i < more.length; i += 2) {
            more[i] = "h" + i;
            more[i + 1] = "v".repeat(100);
        }
        var block = new ByteArrayOutputStream();
        for (int i = 0; i < more.length; i += 2) {
            Frames.literal(block, more[i], more[i + 1]);
        }
        byte[] all = block.toByteArray();
        for (int at = 0; at < all.length; at += 16_000) {
            byte[] part = java.util.Arrays.copyOfRange(all, at, Math.min(all.length, at + 16_000));
            frames.frame(at == 0 ? HEADERS : 9, 0, 1, part);
        }
        answer(frames);
    }

    @Test
    void versionsThatAreNotUtf8() throws Exception {
        var frames =
                new Frames()
                        .preface()
                        .call(1, "/etcdserverpb.KV/Range", "client-api-version", "3\u00ff")
                        .data(1, range("x"));
        answers(frames, "etcdserver: invalid client api version");
    }

    @Test
    void messagesThatAreNoProtobuf() throws Exception {
        var frames =
                new Frames()
                        .preface()
                        .call(1, "/etcdserverpb.KV/Range")
                        .data(1, new byte[] {(byte) 0xff, (byte) 0xff});
        answers(frames, "grpc: error unmarshalling request");
    }

    @Test
    void unknownEncodingsAndMethods() throws Exception {
        answers(
                new Frames().preface().call(1, "/etcdserverpb.KV/Range", "grpc-encoding", "br"),
                "grpc: Decompressor is not installed for grpc-encoding \"br\"");
        answers(new Frames().preface().call(1, "nonsense"), "malformed method name: \"nonsense\"");
    }

    @Test
    void tooManyPings() throws Exception {
        var frames = new Frames().preface();
        for (int i = 0; i < 4; i++) {
            frames.frame(PING, 0, 0, new byte[8]);
        }
        answers(frames, "too_many_pings");
    }

    @Test
    void manyUnfinishedMessagesOnOneConnection() throws Exception {
        var frames = new Frames().preface();
        for (int i = 0; i < 100; i++) {
            frames.call(2 * i + 1, "/etcdserverpb.KV/Range")
                    .frame(DATA, 0, 2 * i + 1, new byte[] {0, 0, 0x1f, -1, -1, 1});
        }
        answers(frames, "too many unfinished messages on this connection");
    }

    @Test
    void aThousandIdleConnections() throws Exception {
        holdConnections(1_000);
    }

    @Test
    @Tag("slow")
    void tenThousandIdleConnections() throws Exception {
        holdConnections(9_500);
    }

    private void holdConnections(int count) throws Exception {
        var sockets = new ArrayList<Socket>();
        try {
            for (int i = 0; i < count; i++) {
                var socket = new Socket("127.0.0.1", server.port());
                if (i % 2 == 0) {
                    socket.getOutputStream().write(new Frames().preface().bytes());
                }
                sockets.add(socket);
            }
            assertThat(version()).contains("3.7.1");
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }
}
