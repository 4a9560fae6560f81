package dev.quorate.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.api.grpc.GrpcLimits;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpsTest {
    private Running server;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        server =
                Running.start(
                        new ListenerConfig(
                                "127.0.0.1",
                                0,
                                ListenerConfig.Traffic.ALL,
                                null,
                                1,
                                ListenerConfig.UNLIMITED_STREAMS,
                                List.of("127.0.0.1"),
                                List.of("http://ok")),
                        new ClientApi.Options(
                                GrpcLimits.DEFAULT,
                                true,
                                true,
                                Map.of("cmdline", () -> "[\"etcd\"]"),
                                List.of()));
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        server.close();
    }

    private HttpResponse<String> send(String method, String path, String... headers)
            throws Exception {
        return sendTo(server.port(), method, path, headers);
    }

    private HttpResponse<String> sendTo(int port, String method, String path, String... headers)
            throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void extensiveMetricsTellHowLongCallsTook() throws Exception {
        send("POST", "/v3/kv/range");
        assertThat(send("GET", "/metrics").body())
                .contains("# TYPE grpc_server_handling_seconds histogram")
                .containsPattern(
                        "grpc_server_handling_seconds_count\\{[^}]*grpc_method=\"Range\"[^}]*} 1\n");
    }

    @Test
    void versionAndUnknownPaths() throws Exception {
        var version = send("GET", "/version");
        assertThat(version.body())
                .isEqualTo(
                        "{\"etcdserver\":\"3.7.1\",\"etcdcluster\":\"3.7.0\",\"storage\":\"3.7.0\"}");
        assertThat(version.headers().firstValue("content-type")).hasValue("application/json");
        var post = send("POST", "/version");
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("allow")).hasValue("GET");
        assertThat(post.body()).isEqualTo("Method Not Allowed\n");
        var missing = send("GET", "/");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.body()).isEqualTo("404 page not found\n");
        assertThat(missing.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    }

    @Test
    void healthFollowsAlarmsLeaderAndReads() throws Exception {
        var well = send("GET", "/health");
        assertThat(well.statusCode()).isEqualTo(200);
        assertThat(well.body()).isEqualTo("{\"health\":\"true\",\"reason\":\"\"}");
        assertThat(well.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
        server.services.linearizable = "etcdserver: request timed out";
        var slow = send("GET", "/health");
        assertThat(slow.statusCode()).isEqualTo(503);
        assertThat(slow.body())
                .isEqualTo(
                        "{\"health\":\"false\",\"reason\":\"RANGE ERROR:etcdserver: request timed out\"}\n");
        assertThat(send("GET", "/health?serializable=true").statusCode()).isEqualTo(200);
        server.services.leader = false;
        assertThat(send("GET", "/health").body()).contains("RAFT NO LEADER");
        server.services.alarms = List.of("NOSPACE");
        assertThat(send("GET", "/health").body()).contains("\"ALARM NOSPACE\"");
        assertThat(send("GET", "/health?exclude=NOSPACE&serializable=true").statusCode())
                .isEqualTo(200);
        assertThat(send("PUT", "/health").statusCode()).isEqualTo(405);
        assertThat(server.registry.text())
                .contains("etcd_server_health_success 3\n")
                .contains("etcd_server_health_failures 3\n");
    }

    @Test
    void livezAndReadyz() throws Exception {
        assertThat(send("GET", "/livez").body()).isEqualTo("ok\n");
        assertThat(send("GET", "/livez?verbose").body()).isEqualTo("[+]serializable_read ok\nok\n");
        assertThat(send("GET", "/readyz?verbose").body())
                .isEqualTo(
                        "[+]data_corruption ok\n[+]serializable_read ok\n[+]linearizable_read ok\n[+]non_learner ok\nok\n");
        assertThat(send("GET", "/readyz/data_corruption").body()).isEqualTo("ok\n");
        assertThat(send("GET", "/readyz/read_index").statusCode()).isEqualTo(404);
        assertThat(send("GET", "/readyzz").statusCode()).isEqualTo(404);
        server.services.corruption = "alarm activated: CORRUPT";
        var failed = send("GET", "/readyz");
        assertThat(failed.statusCode()).isEqualTo(503);
        assertThat(failed.body())
                .isEqualTo(
                        "[-]data_corruption failed: alarm activated: CORRUPT\n[+]serializable_read ok\n[+]linearizable_read ok\n[+]non_learner ok\n\n");
        assertThat(send("GET", "/readyz?exclude=data_corruption&exclude=nonsense").body())
                .isEqualTo("ok\n");
        assertThat(send("POST", "/readyz").statusCode()).isEqualTo(405);
        assertThat(server.registry.text())
                .contains(
                        "etcd_server_healthchecks_total{name=\"data_corruption\",status=\"error\",type=\"readyz\"} 1\n")
                .contains("etcd_server_healthcheck{name=\"data_corruption\",type=\"readyz\"} 0\n");
    }

    @Test
    void metricsAndVars() throws Exception {
        var metrics = send("GET", "/metrics");
        assertThat(metrics.headers().firstValue("content-type"))
                .hasValue("text/plain; version=0.0.4; charset=utf-8; escaping=underscores");
        assertThat(metrics.body())
                .contains("# TYPE etcd_server_has_leader gauge\n")
                .contains("# TYPE process_resident_memory_bytes gauge\n")
                .contains("promhttp_metric_handler_requests_in_flight 1\n")
                .contains(
                        "grpc_server_started_total{grpc_method=\"Watch\",grpc_service=\"etcdserverpb.Watch\",grpc_type=\"bidi_stream\"} 0\n");
        var vars = send("GET", "/debug/vars").body();
        assertThat(vars)
                .startsWith("{\n\"cmdline\": [\"etcd\"],\n\"file_descriptor_limit\": ")
                .contains("\"memstats\": {\"Alloc\":");
    }

    @Test
    void strangeHostsAndOriginsAreTurnedAway() throws Exception {
        var raw = new Raw(server.port());
        String answer = raw.exchange("GET /version HTTP/1.1\r\nHost: evil.com\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 421 Misdirected Request")
                .contains("  - e.g. etcd --host-whitelist \"evil.com\"")
                .contains("(CVE-2018-5702).\n\n");
        var preflight = send("OPTIONS", "/v3/kv/range", "Origin", "http://ok");
        assertThat(preflight.statusCode()).isEqualTo(200);
        assertThat(preflight.body()).isEmpty();
        assertThat(preflight.headers().firstValue("access-control-allow-origin"))
                .hasValue("http://ok");
        assertThat(preflight.headers().firstValue("access-control-allow-methods"))
                .hasValue("POST, GET, OPTIONS, PUT, DELETE");
        assertThat(
                        send("OPTIONS", "/version", "Origin", "http://other")
                                .headers()
                                .firstValue("access-control-allow-origin"))
                .isEmpty();
    }

    @Test
    void portsForMetricsOfferNothingElse() throws Exception {
        var config = ListenerConfig.plain("127.0.0.1", 0).with(ListenerConfig.Traffic.METRICS);
        try (var metrics = ClientListener.start(server.vertx, config, server.api)) {
            assertThat(sendTo(metrics.port(), "GET", "/metrics").statusCode()).isEqualTo(200);
            assertThat(sendTo(metrics.port(), "GET", "/health").statusCode()).isEqualTo(200);
            assertThat(sendTo(metrics.port(), "GET", "/version").statusCode()).isEqualTo(404);
            assertThat(sendTo(metrics.port(), "POST", "/v3/kv/range").statusCode()).isEqualTo(404);
        }
    }
}
