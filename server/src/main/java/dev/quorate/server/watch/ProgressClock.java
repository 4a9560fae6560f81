package dev.quorate.server.watch;

import java.util.Comparator;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** When to look at which stream for watches that were silent for long. Owned by the hub's thread. */
final class ProgressClock {
    private static final Comparator<WatchStream> EARLIEST =
            (a, b) -> {
                int order = Long.signum(a.tickAtNanos - b.tickAtNanos);
                return order != 0 ? order : Long.compare(a.serial, b.serial);
            };

    private final long intervalNanos;
    private final RandomGenerator random;
    private final TreeSet<WatchStream> streams = new TreeSet<>(EARLIEST);

    ProgressClock(long intervalNanos, RandomGenerator random) {
        this.intervalNanos = intervalNanos;
        this.random = random;
    }

    /** Starts the clock of a stream with its first watch that wants progress. */
    void start(WatchStream stream, long nowNanos) {
        if (stream.ticking) {
            return;
        }
        stream.ticking = true;
        stream.tickEveryNanos = intervalNanos + random.nextLong(intervalNanos / 10);
        stream.tickAtNanos = nowNanos + stream.tickEveryNanos;
        streams.add(stream);
    }

    void stop(WatchStream stream) {
        if (stream.ticking) {
            streams.remove(stream);
            stream.ticking = false;
        }
    }

    /** The next stream whose time has come, set to its next time; null when there is none. */
    @org.jspecify.annotations.Nullable
    WatchStream due(long nowNanos) {
        if (streams.isEmpty() || streams.first().tickAtNanos - nowNanos > 0) {
            return null;
        }
        var stream = streams.removeFirst();
        stream.tickAtNanos = nowNanos + stream.tickEveryNanos;
        streams.add(stream);
        return stream;
    }

    /** How long until {@link #due} has something; {@link Long#MAX_VALUE} when no stream wants progress. */
    long idleNanos(long nowNanos) {
        return streams.isEmpty()
                ? Long.MAX_VALUE
                : Math.max(0, streams.first().tickAtNanos - nowNanos);
    }
}
