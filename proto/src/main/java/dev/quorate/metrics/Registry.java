package dev.quorate.metrics;

import java.util.concurrent.ConcurrentSkipListMap;

/**
 * All metrics of one process or one embedded server. A name is given out once; asking twice is a mistake of the program. Thread-safe.
 */
public final class Registry {
    private static final int TYPICAL_SIZE_CHARS = 200_000;

    private final ConcurrentSkipListMap<String, Collector> byName = new ConcurrentSkipListMap<>();

    public Counter counter(String name, String help) {
        return counters(name, help).with();
    }

    public Gauge gauge(String name, String help) {
        return gauges(name, help).with();
    }

    /** A histogram with inclusive upper bounds in ascending order, see {@link Histogram#exponential}. */
    public Histogram histogram(String name, String help, double[] bounds) {
        return histograms(name, help, bounds).with();
    }

    public Family<Counter> counters(String name, String help, String... labelNames) {
        return register(new Family<>(name, Kind.COUNTER, help, Counter::new, labelNames));
    }

    public Family<Gauge> gauges(String name, String help, String... labelNames) {
        return register(new Family<>(name, Kind.GAUGE, help, Gauge::new, labelNames));
    }

    public Family<Histogram> histograms(
            String name, String help, double[] bounds, String... labelNames) {
        var own = bounds.clone();
        return register(
                new Family<>(name, Kind.HISTOGRAM, help, () -> new Histogram(own), labelNames));
    }

    /** Adds families whose values come from outside; {@code name} is the first of them and says where in the text they stand. */
    public void collector(String name, Collector collector) {
        if (byName.putIfAbsent(name, collector) != null) {
            throw new IllegalStateException("metric registered twice: " + name);
        }
    }

    private <T extends Sampled> Family<T> register(Family<T> family) {
        collector(family.name(), family::write);
        return family;
    }

    /** The text that {@code GET /metrics} answers. */
    public String text() {
        var out = new TextWriter(TYPICAL_SIZE_CHARS);
        byName.values().forEach(each -> each.collect(out));
        return out.toString();
    }
}
