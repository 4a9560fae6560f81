package dev.quorate.server.config;

import java.time.Duration;

/**
 * When history is compacted by itself, and how gently.
 *
 * @param mode what the retention counts
 * @param retention in periodic mode the age of what is kept, zero for no automatic compaction
 * @param retentionRevisions in revision mode how many revisions are kept, 0 for no automatic compaction
 * @param batchLimit revisions deleted in one go
 * @param sleepInterval pause between two batches
 */
public record Compaction(
        Mode mode,
        Duration retention,
        long retentionRevisions,
        int batchLimit,
        Duration sleepInterval) {

    /** The values of {@code --auto-compaction-mode}. */
    public enum Mode {
        PERIODIC,
        REVISION;

        /** As the flag spells it. */
        public String text() {
            return this == PERIODIC ? "periodic" : "revision";
        }
    }

    public static Compaction defaults() {
        return new Compaction(Mode.PERIODIC, Duration.ZERO, 0, 1000, Duration.ofMillis(10));
    }

    /** Whether anything is compacted without being asked. */
    public boolean isAutomatic() {
        return mode == Mode.PERIODIC ? !retention.isZero() : retentionRevisions > 0;
    }
}
