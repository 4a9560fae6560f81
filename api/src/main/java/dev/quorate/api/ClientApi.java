package dev.quorate.api;

import dev.quorate.api.grpc.GrpcLimits;
import dev.quorate.api.grpc.GrpcMetrics;
import dev.quorate.api.grpc.GrpcTransport;
import dev.quorate.api.json.Gateway;
import dev.quorate.api.ops.Answers;
import dev.quorate.api.ops.DebugVars;
import dev.quorate.api.ops.OpsEndpoints;
import dev.quorate.api.ops.ProcessMetrics;
import dev.quorate.metrics.Registry;
import dev.quorate.server.metrics.ServerMetrics;
import dev.quorate.server.service.Services;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that clients of one member are offered, independent of ports; made once per member and given to each {@link ClientListener}.
 * Thread-safe.
 */
public final class ClientApi {
    /**
     * An HTTP path that somebody else serves, and everything below it when it ends in a slash.
     *
     * @param path for example {@code /v2/}
     * @param handler runs on event loops
     */
    public record Route(String path, Handler<HttpServerRequest> handler) {
        boolean matches(String requested) {
            return path.endsWith("/") ? requested.startsWith(path) : requested.equals(path);
        }
    }

    /**
     * What a member's settings say about its offer.
     *
     * @param grpc bounds of gRPC
     * @param enableGateway whether {@code /v3/} speaks JSON ({@code --enable-grpc-gateway})
     * @param extensiveMetrics whether the time that calls take is counted ({@code --metrics=extensive})
     * @param debugVars sources of JSON for {@code /debug/vars}, for example {@code cmdline}; they must not block
     * @param routes what others serve over HTTP, first match wins
     */
    public record Options(
            GrpcLimits grpc,
            boolean enableGateway,
            boolean extensiveMetrics,
            Map<String, Supplier<String>> debugVars,
            List<Route> routes) {
        public Options {
            routes = List.copyOf(routes);
        }

        /** etcd's defaults. */
        public static Options defaults() {
            return new Options(GrpcLimits.DEFAULT, true, false, Map.of(), List.of());
        }
    }

    /** Clients of etcd 3.3 still ask here. */
    private static final String BETA = "/v3beta/";

    private final GrpcTransport grpc;
    private final OpsEndpoints ops;
    private final @Nullable Gateway gateway;
    private final List<Route> routes;

    /** Registers the metrics of the transport and of the process in {@code registry}, so one registry serves one member. */
    public ClientApi(Services services, Registry registry, ServerMetrics metrics, Options options) {
        var grpcMetrics = new GrpcMetrics(registry, metrics.client, options.extensiveMetrics());
        var rpcs = services.all();
        this.grpc = new GrpcTransport(rpcs, options.grpc(), grpcMetrics);
        ProcessMetrics.register(registry, metrics.member);
        this.ops =
                new OpsEndpoints(services, registry, metrics, new DebugVars(options.debugVars()));
        this.gateway =
                options.enableGateway()
                        ? new Gateway(
                                GrpcTransport.counted(rpcs, grpcMetrics),
                                options.grpc().maxReceiveSizeBytes())
                        : null;
        this.routes = options.routes();
    }

    GrpcTransport grpc() {
        return grpc;
    }

    /** Finds who answers a request on an ordinary port. */
    void handle(HttpServerRequest request) {
        String path = request.path() == null ? "/" : request.path();
        if (path.startsWith(BETA)) {
            path = "/v3/" + path.substring(BETA.length());
        }
        for (Route route : routes) {
            if (route.matches(path)) {
                route.handler().handle(request);
                return;
            }
        }
        if (gateway != null && gateway.handle(request, path)) {
            return;
        }
        if (!ops.handle(request, path)) {
            Answers.notFound(request);
        }
    }

    /** Finds who answers a request on a port for metrics. */
    void handleMetrics(HttpServerRequest request) {
        String path = request.path() == null ? "/" : request.path();
        if (!ops.handleMetricsAndHealth(request, path)) {
            Answers.notFound(request);
        }
    }
}
