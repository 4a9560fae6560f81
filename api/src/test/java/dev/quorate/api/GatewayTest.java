package dev.quorate.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.proto.etcdserverpb.Compare;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.server.service.Payload;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The JDK's HTTP client, and bare sockets where it is too polite, against the JSON gateway. Expected texts are captures of etcd 3.7.1. */
class GatewayTest {
    private static final String HEADER =
            "\"header\":{\"cluster_id\":\"10376293541461622783\",\"member_id\":\"7\",\"revision\":\"42\",\"raft_term\":\"2\"}";

    private Running server;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        server = Running.start();
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        server.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return client.send(
                request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void unaryCallsAnswerJson() throws Exception {
        var response = post("/v3/kv/range", "{\"key\":\"Zm9v\"}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo(
                        "{"
                                + HEADER
                                + ",\"kvs\":[{\"key\":\"Zm9v\",\"value\":\"Zm9v\"}],\"count\":\"1\"}");
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.headers().firstValue("grpc-metadata-content-type"))
                .hasValue("application/grpc");
        assertThat(response.headers().firstValue("access-control-allow-origin")).hasValue("*");
        assertThat(post("/v3beta/kv/range", "{\"key\":\"Zm9v\"}").body())
                .isEqualTo(response.body());
        assertThat(
                        post("/v3/kv/put", "{\"key\":\"Zg==\",\"value\":\"Zw==\",\"prevKv\":true}")
                                .body())
                .isEqualTo("{" + HEADER + ",\"prev_kv\":{\"key\":\"Zg==\",\"value\":\"Zw==\"}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{bad|invalid character 'b' looking for beginning of object key string",
                "{\"key\":\"%%%\"}|proto: (line 1:8): invalid value for bytes field key: \"%%%\"",
                "{\"key\":5}|proto: (line 1:8): invalid value for bytes field key: 5",
                "{\"limit\":\"abc\"}|proto: (line 1:10): invalid value for int64 field limit: \"abc\"",
                "[1]|proto: syntax error (line 1:1): unexpected token [",
                "null|proto: syntax error (line 1:1): unexpected token null",
                "\"x\"|proto: syntax error (line 1:1): unexpected token \"x\"",
                "{\"key\":\"Zm9v\",\"limit\":1.5}|proto: (line 1:23): invalid value for int64 field limit: 1.5",
                "{\"key\":\"Zm9v\",\"keys_only\":\"true\"}|proto: (line 1:27): invalid value for bool field keysOnly: \"true\"",
                "{\"key\":\"Zm9v\",\"key\":\"Zm9v\"}|proto: (line 1:15): duplicate field \"key\"",
                "{\"key\":\"Zm9v\",\"rangeEnd\":\"AA==\",\"range_end\":\"AA==\"}|proto: (line 1:33): duplicate field \"range_end\"",
                "{\"key\":|unexpected EOF",
                "{\"key\":\"Zm9v\",}|invalid character '}' looking for beginning of object key string",
                "{\"key\":\"Zm9v\" \"limit\":1}|invalid character '\"' after object key:value pair",
                "{\"key\":\"Zm9v\",\"limit\":99999999999999999999}|proto: (line 1:23): invalid value for int64 field limit: 99999999999999999999",
                "{\"key\":\"Zm9v\",\"limit\":1e999999999}|proto: (line 1:23): invalid value for int64 field limit: 1e999999999",
                "``|etcdserver: key is not provided",
                "{\"key\":null}|etcdserver: key is not provided",
                "{}|etcdserver: key is not provided"
            })
    void malformedRequestsAreRefusedInGosWords(String body, String text) throws Exception {
        var response = post("/v3/kv/range", body);
        var expected = new StringBuilder();
        expected.append("{\"code\":3,\"message\":\"")
                .append(text.replace("\"", "\\\""))
                .append("\"}");
        assertThat(response.body()).isEqualTo(expected.toString());
        assertThat(response.statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"key\":\"Zm9v\"} x",
                "{\"key\":\"Zm9v\"}{\"key\":\"Zg==\"}",
                "{\"key\":\"Zm9v\",\"sort_order\":\"NOPE\"}",
                "{\"key\":\"Zm9v\",\"sort_order\":\"DESCEND\",\"sort_target\":1}",
                "{\"key\":\"Zm9v\",\"limit\":1e2}",
                "{\"key\":\"Zm9v\",\"limit\":\"7\",\"nope\":{\"a\":[1,\"}\",{}]}}",
                "{\"key\":\"Zm9v\",\"range_end\":\"_-8\"}",
                "  {  \"\\u006bey\" : \"Zm9v\" , \"limit\" : null } ",
                "{\"key\":\"Zm9v\",\"rangeEnd\":\"AA\"}"
            })
    void lenientInputIsAccepted(String body) throws Exception {
        assertThat(post("/v3/kv/range", body).body()).contains("\"kvs\":[{\"key\":\"Zm9v\"");
    }

    @Test
    void nestedOneofsAreRead() throws Exception {
        post(
                "/v3/kv/txn",
                "{\"compare\":[{\"target\":\"VALUE\",\"key\":\"Zm9v\",\"result\":\"EQUAL\",\"value\":\"YmFy\"}],"
                        + "\"success\":[{\"request_range\":{\"key\":\"Zm9v\"}},{\"requestPut\":{\"key\":\"YQ==\",\"value\":\"YQ==\"}}]}");
        var txn = server.services.lastTxn;
        assertThat(txn.getCompare(0).getTarget()).isEqualTo(Compare.CompareTarget.VALUE);
        assertThat(txn.getCompare(0).getValue().toStringUtf8()).isEqualTo("bar");
        assertThat(txn.getSuccess(0).getRequestRange().getKey().toStringUtf8()).isEqualTo("foo");
        assertThat(txn.getSuccess(1).getRequestPut().getValue().toStringUtf8()).isEqualTo("a");
    }

    @Test
    void unknownPathsAndMethods() throws Exception {
        var missing = post("/v3/kv/nope", "{}");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.body()).isEqualTo("{\"code\":5,\"message\":\"Not Found\"}");
        var method = get("/v3/kv/range");
        assertThat(method.statusCode()).isEqualTo(501);
        assertThat(method.body()).isEqualTo("{\"code\":12,\"message\":\"Method Not Allowed\"}");
        assertThat(get("/v3alpha/kv/range").body()).isEqualTo("404 page not found\n");
    }

    @Test
    void headersBecomeMetadata() throws Exception {
        client.send(
                request("/v3/kv/range")
                        .header("Authorization", "tok.1")
                        .header("Grpc-Metadata-Hasleader", "true")
                        .header("Grpc-Timeout", "5S")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"key\":\"Zm9v\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        var call = server.services.lastCall;
        assertThat(call.token()).isEqualTo("tok.1");
        assertThat(call.requireLeader()).isTrue();
        assertThat(call.deadlineNanos() - System.nanoTime())
                .isBetween(1L, TimeUnit.SECONDS.toNanos(5));
    }

    @Test
    void deadlinesPass() throws Exception {
        var response =
                client.send(
                        request("/v3/kv/range")
                                .header("Grpc-Timeout", "20m")
                                .POST(HttpRequest.BodyPublishers.ofString(key("wait")))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(response.body())
                .isEqualTo("{\"code\":4,\"message\":\"context deadline exceeded\"}");
        assertThat(server.services.cancelled).hasValue(1);
    }

    private static String key(String key) {
        return "{\"key\":\""
                + Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8))
                + "\"}";
    }

    @Test
    void oversizedRequestsAreRefused() throws Exception {
        String large = "a".repeat(3 << 20);
        var response = post("/v3/kv/range", "{\"key\":\"" + large + "\"}");
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.body()).contains("\"code\":8").contains("vs. 2097152");
    }

    @Test
    void watchesStreamLinesAndOutliveTheirRequest() throws Exception {
        try (var socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream()));
            String body =
                    "{\"create_request\":{\"key\":\"Zm9v\"}}{\"cancelRequest\":{\"watch_id\":\"3\"}}";
            write(
                    socket.getOutputStream(),
                    "POST /v3/watch HTTP/1.1\r\nHost: x\r\nContent-Length: "
                            + body.length()
                            + "\r\n\r\n"
                            + body);
            assertThat(in.readLine()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(nextJson(in)).isEqualTo("{\"result\":{" + HEADER + ",\"created\":true}}");
            assertThat(nextJson(in))
                    .isEqualTo(
                            "{\"result\":{" + HEADER + ",\"watch_id\":\"3\",\"canceled\":true}}");
            Running.await(() -> server.services.halfClosed.get() == 1);
            server.services
                    .watches
                    .getFirst()
                    .send(Payload.of(WatchResponse.newBuilder().setWatchId(9).build()));
            assertThat(nextJson(in)).isEqualTo("{\"result\":{\"watch_id\":\"9\"}}");
        }
        Running.await(() -> server.services.cancelled.get() == 1);
    }

    private static void write(OutputStream out, String text) throws Exception {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static String nextJson(BufferedReader in) throws Exception {
        String line = in.readLine();
        while (line != null && !line.startsWith("{")) {
            line = in.readLine();
        }
        return line;
    }

    @Test
    void streamsFailWithAStatusBeforeAndALineAfterTheFirstMessage() throws Exception {
        var early = post("/v3/watch", "{\"create_request\":" + key("fail") + "}");
        assertThat(early.statusCode()).isEqualTo(503);
        assertThat(early.body())
                .isEqualTo("{\"error\":{\"code\":14,\"message\":\"etcdserver: no leader\"}}\n");
    }

    @Test
    void keepAlivesAnswerEachRequest() throws Exception {
        var response = post("/v3/lease/keepalive", "{\"ID\":\"7\"}{\"ID\":8}");
        assertThat(response.body())
                .isEqualTo(
                        "{\"result\":{"
                                + HEADER
                                + ",\"ID\":\"7\"}}\n{\"result\":{"
                                + HEADER
                                + ",\"ID\":\"8\"}}\n");
        assertThat(post("/v3/lease/keepalive", "{\"ID\":\"7\"}junk").body())
                .isEqualTo("{\"result\":{" + HEADER + ",\"ID\":\"7\"}}\n");
    }

    @Test
    void snapshotsStream() throws Exception {
        var lines = post("/v3/maintenance/snapshot", "{}").body().lines().toList();
        assertThat(lines).hasSize(FakeServices.SNAPSHOT_CHUNKS);
        assertThat(lines.getFirst()).startsWith("{\"result\":{\"blob\":\"AAAA");
    }

    @Test
    void webSocketsCarryOneValuePerFrame() throws Exception {
        var frames = new LinkedBlockingQueue<String>();
        var socket =
                client.newWebSocketBuilder()
                        .buildAsync(
                                URI.create("ws://127.0.0.1:" + server.port() + "/v3/watch"),
                                new WebSocket.Listener() {
                                    @Override
                                    public CompletionStage<?> onText(
                                            WebSocket from, CharSequence data, boolean last) {
                                        frames.add(data.toString());
                                        from.request(1);
                                        return null;
                                    }
                                })
                        .join();
        socket.sendText("{\"create_request\":{\"key\":\"Zm9v\"}}", true).join();
        assertThat(frames.poll(10, TimeUnit.SECONDS))
                .isEqualTo("{\"result\":{" + HEADER + ",\"created\":true}}");
        socket.abort();
        Running.await(() -> server.services.cancelled.get() == 1);
    }
}
