package dev.quorate.server;

import dev.quorate.server.config.Compaction;
import dev.quorate.store.mvcc.History;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Decides up to which revision history may go by itself.
 *
 * <ul>
 *   <li>periodic: notes the revision ten times per retention period (per hour at most) and compacts to the oldest note once it is as old as
 *       the period; at most once per hour or period, whichever is shorter
 *   <li>revision: every five minutes, to the current revision minus the retention
 * </ul>
 */
final class AutoCompaction {
    private static final Duration REVISION_INTERVAL = Duration.ofMinutes(5);
    private static final Duration PERIOD_MAX = Duration.ofHours(1);
    private static final int SAMPLES_PER_PERIOD = 10;

    private record Sample(long atNanos, long revision) {}

    private final Compaction settings;
    private final History history;
    private final LongSupplier nanoClock;
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();
    private final long periodNanos;
    private long lastNanos;
    private long lastRevision;

    private AutoCompaction(Compaction settings, History history, LongSupplier nanoClock) {
        this.settings = settings;
        this.history = history;
        this.nanoClock = nanoClock;
        Duration period =
                settings.retention().compareTo(PERIOD_MAX) > 0 ? PERIOD_MAX : settings.retention();
        this.periodNanos = period.toNanos();
        this.lastNanos = nanoClock.getAsLong();
    }

    static Optional<AutoCompaction> of(
            Compaction settings, History history, LongSupplier nanoClock) {
        return settings.isAutomatic()
                ? Optional.of(new AutoCompaction(settings, history, nanoClock))
                : Optional.empty();
    }

    /** How often {@link #tick} wants to be called. */
    long intervalNanos() {
        return switch (settings.mode()) {
            case PERIODIC -> Math.max(1, periodNanos / SAMPLES_PER_PERIOD);
            case REVISION -> REVISION_INTERVAL.toNanos();
        };
    }

    /** Looks at the revision now and names one to compact at if it is time. */
    void tick(LongConsumer compact) {
        long target =
                switch (settings.mode()) {
                    case PERIODIC -> periodic();
                    case REVISION -> history.currentRevision() - settings.retentionRevisions();
                };
        if (target > 0 && target > lastRevision) {
            lastRevision = target;
            compact.accept(target);
        }
    }

    private long periodic() {
        long now = nanoClock.getAsLong();
        samples.addLast(new Sample(now, history.currentRevision()));
        long revision = 0;
        while (!samples.isEmpty()
                && now - samples.getFirst().atNanos >= settings.retention().toNanos()) {
            revision = samples.removeFirst().revision;
        }
        if (revision == 0 || now - lastNanos < periodNanos) {
            return 0;
        }
        lastNanos = now;
        return revision;
    }
}
