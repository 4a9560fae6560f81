package dev.quorate.metrics;

import java.util.concurrent.atomic.LongAdder;

/** A number that only grows. Any thread may count; threads that count at once do not wait for each other. */
public final class Counter implements Sampled {
    private final LongAdder sum = new LongAdder();

    Counter() {}

    public void increment() {
        sum.increment();
    }

    /** Adds an amount of at least 0. */
    public void add(long amount) {
        sum.add(amount);
    }

    public long value() {
        return sum.sum();
    }

    @Override
    public void write(TextWriter out, String name, String labels) {
        out.sample(name, labels, (double) sum.sum());
    }
}
