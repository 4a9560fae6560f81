package dev.quorate.client.rpc;

import java.time.Duration;

/**
 * When a call must have ended.
 *
 * @param nanos on the clock of {@link System#nanoTime}
 */
public record Deadline(long nanos) {
    private static final long FAR_NANOS = Long.MAX_VALUE / 4;

    /** As good as no end: some 73 years from now. */
    public static Deadline never() {
        return new Deadline(System.nanoTime() + FAR_NANOS);
    }

    public static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + Math.min(nanos(time), FAR_NANOS));
    }

    private static long nanos(Duration time) {
        return time.toSeconds() > FAR_NANOS / 1_000_000_000 ? FAR_NANOS : time.toNanos();
    }

    public long leftNanos() {
        return nanos - System.nanoTime();
    }

    public boolean isOver() {
        return leftNanos() <= 0;
    }

    /** Whether somebody set an end. */
    boolean isSet() {
        return leftNanos() < FAR_NANOS / 2;
    }

    /** The earlier of this and some time from now. */
    public Deadline atMost(Duration time) {
        Deadline other = in(time);
        return other.leftNanos() < leftNanos() ? other : this;
    }
}
