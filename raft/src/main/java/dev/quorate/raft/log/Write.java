package dev.quorate.raft.log;

import dev.quorate.raft.Check;
import dev.quorate.raft.Entry;
import dev.quorate.raft.HardState;
import dev.quorate.raft.Snapshot;
import java.util.List;

/**
 * One write that the driver is doing.
 *
 * <p>Its durability proves something about the log only up to where the log still holds what was
 * written: when a new leader replaces entries that are being written, the claim shrinks. Without
 * that, the report about an entry could be taken for its later twin of the same term and index,
 * which is still on its way behind a write of something else.
 */
public final class Write {
    private final long number;
    private final long lastTerm;
    private final long lastIndex;
    private final long snapshotIndex;
    private final HardState hardState;
    private long claim;

    Write(long number, List<Entry> entries, Snapshot snapshot, HardState hardState) {
        this.number = number;
        this.lastTerm = entries.isEmpty() ? 0 : entries.getLast().term();
        this.lastIndex = entries.isEmpty() ? 0 : entries.getLast().index();
        this.snapshotIndex = snapshot.index();
        this.hardState = hardState;
        this.claim = lastIndex;
    }

    long number() {
        return number;
    }

    /** The index of its snapshot, 0 without. */
    public long snapshotIndex() {
        return snapshotIndex;
    }

    /** What it says about term and vote, empty when nothing. */
    public HardState hardState() {
        return hardState;
    }

    boolean endsAt(long term, long index) {
        return index > 0 && lastIndex == index && lastTerm == term;
    }

    /** The last index of the present log that this write makes durable, 0 for none. */
    long claim() {
        return claim;
    }

    void replacedFrom(long index) {
        Check.that(index > 0, "the log begins at 1");
        claim = Math.min(claim, index - 1);
    }
}
