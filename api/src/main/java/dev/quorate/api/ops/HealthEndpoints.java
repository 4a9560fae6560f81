package dev.quorate.api.ops;

import dev.quorate.log.Log;
import dev.quorate.server.metrics.ServerMetrics;
import dev.quorate.server.service.Services.Health;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code /health}, {@code /livez} and {@code /readyz}. Runs on event loops; checks answer on any thread and are brought back.
 */
public final class HealthEndpoints {
    private static final Log log = Log.of(HealthEndpoints.class);

    private static final String LIVEZ = "livez";
    private static final String READYZ = "readyz";

    /** One named check of a kind. */
    private record Check(String name, Consumer<Consumer<String>> run) {}

    private final Health health;
    private final ServerMetrics.Client metrics;
    private final List<Check> live;
    private final List<Check> ready;

    public HealthEndpoints(Health health, ServerMetrics.Client metrics) {
        this.health = health;
        this.metrics = metrics;
        var serializable = new Check("serializable_read", health::serializableRead);
        this.live = List.of(serializable);
        this.ready =
                List.of(
                        new Check("data_corruption", health::dataCorruption),
                        serializable,
                        new Check("linearizable_read", health::linearizableRead),
                        new Check("non_learner", health::nonLearner));
    }

    /** Answers if the path is one of ours. */
    public boolean handle(HttpServerRequest request, String path) {
        if (path.equals("/health")) {
            if (Answers.isGet(request)) {
                health(request);
            }
            return true;
        }
        return handle(request, path, LIVEZ, live) || handle(request, path, READYZ, ready);
    }

    private boolean handle(
            HttpServerRequest request, String path, String kind, List<Check> checks) {
        if (!path.startsWith(kind, 1)) {
            return false;
        }
        String rest = path.substring(1 + kind.length());
        @Nullable List<Check> chosen =
                rest.isEmpty() ? notExcluded(request, checks) : named(rest, checks);
        if (chosen == null) {
            return false;
        }
        if (Answers.isGet(request)) {
            new Run(request, kind, chosen).next();
        }
        return true;
    }

    private static @Nullable List<Check> named(String rest, List<Check> checks) {
        for (Check check : checks) {
            if (rest.length() == check.name().length() + 1
                    && rest.startsWith("/")
                    && rest.endsWith(check.name())) {
                return List.of(check);
            }
        }
        return null;
    }

    private static List<Check> notExcluded(HttpServerRequest request, List<Check> checks) {
        var excluded = request.params().getAll("exclude");
        return checks.stream().filter(check -> !excluded.contains(check.name())).toList();
    }

    private void health(HttpServerRequest request) {
        var excluded = request.params().getAll("exclude");
        for (String alarm : health.alarms()) {
            if (!excluded.contains(alarm)) {
                finish(request, "ALARM " + (isKnown(alarm) ? alarm : "UNKNOWN"));
                return;
            }
        }
        boolean serializable = "true".equals(request.getParam("serializable"));
        if (!serializable && !health.hasLeader()) {
            finish(request, "RAFT NO LEADER");
            return;
        }
        Consumer<String> done =
                onLoop(error -> finish(request, error.isEmpty() ? "" : "RANGE ERROR:" + error));
        if (serializable) {
            health.serializableRead(done);
        } else {
            health.linearizableRead(done);
        }
    }

    private static boolean isKnown(String alarm) {
        return alarm.equals("NOSPACE") || alarm.equals("CORRUPT");
    }

    private void finish(HttpServerRequest request, String reason) {
        boolean well = reason.isEmpty();
        (well ? metrics.healthSuccess : metrics.healthFailures).increment();
        String body = "{\"health\":\"" + well + "\",\"reason\":\"" + escape(reason) + "\"}";
        if (well) {
            Answers.typed(request, 200, "text/plain; charset=utf-8", body);
        } else {
            log.warn("/health error", "output", body, "status-code", 503);
            Answers.text(request, 503, body);
        }
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    /** The consumer may be called on any thread; the action runs on the event loop of now. */
    private static Consumer<String> onLoop(Consumer<String> action) {
        Context context = Objects.requireNonNull(Vertx.currentContext(), "not on an event loop");
        return text -> context.runOnContext(_ -> action.accept(text));
    }

    /** Runs checks one after the other and answers. */
    private final class Run {
        private final HttpServerRequest request;
        private final String kind;
        private final List<Check> left;
        private final StringBuilder report = new StringBuilder();
        private boolean failed;

        Run(HttpServerRequest request, String kind, List<Check> checks) {
            this.request = request;
            this.kind = kind;
            this.left = new ArrayList<>(checks);
        }

        void next() {
            if (left.isEmpty()) {
                answer();
                return;
            }
            Check check = left.removeFirst();
            check.run()
                    .accept(
                            onLoop(error -> {
                                note(check.name(), error);
                                next();
                            }));
        }

        private void note(String name, String error) {
            boolean well = error.isEmpty();
            failed |= !well;
            report.append(
                    well ? "[+]" + name + " ok\n" : "[-]" + name + " failed: " + error + "\n");
            metrics.healthcheck.with(kind, name).set(well);
            metrics.healthchecks.with(kind, name, well ? "success" : "error").increment();
        }

        private void answer() {
            if (failed) {
                log.error(
                        "Health check error",
                        "path",
                        "/" + kind,
                        "reason",
                        report.toString(),
                        "status-code",
                        503);
                Answers.text(request, 503, report.toString());
            } else {
                boolean verbose = request.params().contains("verbose");
                Answers.text(request, 200, (verbose ? report.toString() : "") + "ok");
            }
        }
    }
}
