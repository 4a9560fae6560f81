package dev.quorate.api.ops;

import dev.quorate.metrics.Counter;
import dev.quorate.metrics.Gauge;
import dev.quorate.metrics.Registry;
import java.util.function.Supplier;

/** Counts the readings of the metrics themselves. */
final class ScrapeMetrics {
    private final Gauge inFlight;
    private final Counter ok;

    ScrapeMetrics(Registry registry) {
        inFlight =
                registry.gauge(
                        "promhttp_metric_handler_requests_in_flight",
                        "Current number of scrapes being served.");
        var total =
                registry.counters(
                        "promhttp_metric_handler_requests_total",
                        "Total number of scrapes by HTTP status code.",
                        "code");
        ok = total.with("200");
        total.with("500");
        total.with("503");
    }

    String count(Supplier<String> scrape) {
        inFlight.increment();
        try {
            return scrape.get();
        } finally {
            inFlight.decrement();
            ok.increment();
        }
    }
}
