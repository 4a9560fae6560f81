package dev.quorate.verify.sim;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** The clocks of one member: a monotonic one that may run a little fast or slow, and a wall clock that may also jump. */
final class SimClock implements InstantSource {
    private static final long MILLION = 1_000_000;

    private final LongSupplier trueNanos;
    private final long offsetNanos;
    private long sinceNanos;
    private long readingNanos;
    private int ratePpm;
    private long wallOffsetMillis;

    /** @param offsetNanos what the monotonic clock shows when the world begins; it means nothing, and members differ in it */
    SimClock(LongSupplier trueNanos, long offsetNanos) {
        this.trueNanos = trueNanos;
        this.offsetNanos = offsetNanos;
    }

    /** The monotonic clock. */
    long nanos() {
        long elapsed = trueNanos.getAsLong() - sinceNanos;
        return offsetNanos
                + readingNanos
                + elapsed
                + Math.multiplyExact(elapsed, ratePpm) / MILLION;
    }

    /** From now on the clock is faster by so many parts in a million, or slower. */
    void rate(int ppm) {
        readingNanos = nanos() - offsetNanos;
        sinceNanos = trueNanos.getAsLong();
        ratePpm = ppm;
    }

    /** Somebody sets the wall clock. */
    void jumpWall(long millis) {
        wallOffsetMillis += millis;
    }

    /** How long to wait until the member's clock has moved by so much. */
    long trueDelay(long memberNanos) {
        // Delays are seconds at most, so this does not overflow.
        return memberNanos * MILLION / (MILLION + ratePpm) + 1;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(
                1_700_000_000_000L + wallOffsetMillis + trueNanos.getAsLong() / MILLION);
    }
}
