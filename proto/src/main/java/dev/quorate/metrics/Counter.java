package dev.quorate.metrics;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A number that only grows. Any thread may count; threads that count at once do not wait for each other. */
public final class Counter implements Sampled {
    private final LongAdder sum = new LongAdder();
    private volatile @Nullable LongSupplier source;

    Counter() {}

    public void increment() {
        sum.increment();
    }

    /** Adds an amount of at least 0. */
    public void add(long amount) {
        sum.add(amount);
    }

    /** From now on the value is what the source says, which must never shrink; it is asked on the thread that reads and must not block. */
    public void follow(LongSupplier next) {
        this.source = next;
    }

    public long value() {
        var asked = source;
        return asked == null ? sum.sum() : asked.getAsLong();
    }

    @Override
    public void write(TextWriter out, String name, String labels) {
        out.sample(name, labels, (double) value());
    }
}
