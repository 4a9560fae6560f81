package dev.quorate.api.ops;

import dev.quorate.metrics.Registry;
import dev.quorate.server.metrics.ServerMetrics;
import dev.quorate.server.service.Services;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;

/** The paths that are about the process rather than its data. Runs on event loops. */
public final class OpsEndpoints {
    private static final String PROMETHEUS =
            "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

    private final Services services;
    private final Registry registry;
    private final HealthEndpoints health;
    private final DebugVars vars;
    private final ScrapeMetrics scrapes;

    public OpsEndpoints(
            Services services, Registry registry, ServerMetrics metrics, DebugVars vars) {
        this.services = services;
        this.registry = registry;
        this.health = new HealthEndpoints(services.health(), metrics.client);
        this.vars = vars;
        this.scrapes = new ScrapeMetrics(registry);
    }

    /** Answers what every listener answers, also those for metrics only; false when the path is none of these. */
    public boolean handleMetricsAndHealth(HttpServerRequest request, String path) {
        if (path.equals("/metrics")) {
            Answers.typed(request, 200, PROMETHEUS, scrapes.count(registry::text));
            return true;
        }
        return health.handle(request, path);
    }

    /** Answers all of it; false when the path is none of these. */
    public boolean handle(HttpServerRequest request, String path) {
        switch (path) {
            case "/version" -> version(request);
            case "/debug/vars" -> {
                if (Answers.isGet(request)) {
                    debugVars(request);
                }
            }
            default -> {
                return handleMetricsAndHealth(request, path);
            }
        }
        return true;
    }

    private void debugVars(HttpServerRequest request) {
        Context context = Objects.requireNonNull(Vertx.currentContext(), "not on an event loop");
        services.raftStatus(raftStatus ->
                context.runOnContext(_ ->
                        Answers.typed(
                                request,
                                200,
                                "application/json; charset=utf-8",
                                vars.text(raftStatus))));
    }

    private void version(HttpServerRequest request) {
        if (!Answers.isGet(request)) {
            return;
        }
        var versions = services.versions();
        Answers.typed(
                request,
                200,
                "application/json",
                "{\"etcdserver\":\""
                        + versions.server()
                        + "\",\"etcdcluster\":\""
                        + versions.cluster()
                        + "\",\"storage\":\""
                        + versions.storage()
                        + "\"}");
    }
}
