package dev.quorate.metrics;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A number that goes up and down. Either somebody sets it, or it {@linkplain #follow follows} a source that is asked whenever the
 * metrics are read. Any thread may use it.
 */
public final class Gauge implements Sampled {
    /** The bits of a double. */
    private final AtomicLong bits = new AtomicLong(Double.doubleToRawLongBits(0));

    private volatile @Nullable DoubleSupplier source;

    Gauge() {}

    public void set(double value) {
        bits.set(Double.doubleToRawLongBits(value));
    }

    public void set(boolean value) {
        set(value ? 1 : 0);
    }

    public void increment() {
        add(1);
    }

    public void decrement() {
        add(-1);
    }

    public void add(double amount) {
        long seen = bits.get();
        while (!bits.compareAndSet(
                seen, Double.doubleToRawLongBits(Double.longBitsToDouble(seen) + amount))) {
            seen = bits.get();
        }
    }

    /** From now on the value is what the source says; it is asked on the thread that reads the metrics and must not block. */
    public void follow(DoubleSupplier next) {
        this.source = next;
    }

    public double value() {
        var asked = source;
        return asked == null ? Double.longBitsToDouble(bits.get()) : asked.getAsDouble();
    }

    @Override
    public void write(TextWriter out, String name, String labels) {
        out.sample(name, labels, value());
    }
}
