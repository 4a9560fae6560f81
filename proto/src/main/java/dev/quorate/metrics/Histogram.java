package dev.quorate.metrics;

import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** How often values fell into fixed buckets. Any thread may observe; a reader sees each observation in its bucket first, then in the sum. */
public final class Histogram implements Sampled {
    private static final double NANOS_PER_SECOND = 1e9;

    /** Inclusive upper bounds, ascending; the bucket above all of them is implied. */
    private final double[] bounds;

    private final LongAdder[] counts;
    private final DoubleAdder sum = new DoubleAdder();

    Histogram(double[] bounds) {
        this.bounds = bounds;
        this.counts = new LongAdder[bounds.length + 1];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /** {@code count} bounds, the first {@code start}, each {@code factor} times its predecessor. */
    public static double[] exponential(double start, double factor, int count) {
        var bounds = new double[count];
        double bound = start;
        for (int i = 0; i < count; i++) {
            bounds[i] = bound;
            bound *= factor;
        }
        return bounds;
    }

    public void observe(double value) {
        counts[bucketOf(value)].increment();
        sum.add(value);
    }

    /** Observes a duration, for histograms whose unit is the second. */
    public void observeNanos(long nanos) {
        observe(nanos / NANOS_PER_SECOND);
    }

    /** How many values were observed. */
    public long count() {
        long total = 0;
        for (LongAdder each : counts) {
            total += each.sum();
        }
        return total;
    }

    public double sum() {
        return sum.sum();
    }

    // Most values fall into the low buckets, and there are at most a few dozen: a walk beats a
    // search.
    private int bucketOf(double value) {
        int i = 0;
        while (i < bounds.length && value > bounds[i]) {
            i++;
        }
        return i;
    }

    @Override
    public void write(TextWriter out, String name, String labels) {
        double total = sum.sum();
        long below = 0;
        for (int i = 0; i < bounds.length; i++) {
            below += counts[i].sum();
            out.bucket(name, labels, GoDouble.format(bounds[i]), below);
        }
        below += counts[bounds.length].sum();
        out.bucket(name, labels, "+Inf", below);
        out.sample(name + "_sum", labels, total);
        out.sample(name + "_count", labels, (double) below);
    }
}
