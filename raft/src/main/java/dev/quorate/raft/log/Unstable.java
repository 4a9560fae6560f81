package dev.quorate.raft.log;

import dev.quorate.raft.Check;
import dev.quorate.raft.Entry;
import dev.quorate.raft.Snapshot;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of the log that is not known to be durable: perhaps a snapshot, then entries.
 *
 * <pre>
 *   ── storage ──┤├── handed out, being written ──┤├── not handed out ──┤
 *             offset                          handedOut             end
 * </pre>
 */
final class Unstable {
    private static final int SMALLEST = 16;

    private Snapshot snapshot = Snapshot.EMPTY;
    private boolean snapshotHandedOut;
    private long offset;
    private long handedOut;
    private @Nullable Entry[] entries = new @Nullable Entry[SMALLEST];
    private int head;
    private int size;

    /** Everything before the offset is in storage. */
    Unstable(long offset) {
        this.offset = offset;
        this.handedOut = offset;
    }

    /** Index of the first entry here, or of the next one to come. */
    long offset() {
        return offset;
    }

    /** One after the last index. */
    long end() {
        return offset + size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The snapshot that is not known to be durable, or an empty one. */
    Snapshot snapshot() {
        return snapshot;
    }

    Entry entry(long index) {
        Check.that(index >= offset && index < end(), "no such unstable entry", index, offset);
        Entry entry = entries[head + (int) (index - offset)];
        if (entry == null) {
            throw new IllegalStateException("a hole in the unstable log at " + index);
        }
        return entry;
    }

    /** Whether something was not handed out yet. */
    boolean hasNews() {
        return handedOut < end() || (!snapshot.isEmpty() && !snapshotHandedOut);
    }

    /** The entries to be written that were not handed out yet. */
    List<Entry> newEntries() {
        return slice(handedOut, end());
    }

    /** The snapshot to be written, if it was not handed out yet. */
    Snapshot newSnapshot() {
        return snapshotHandedOut ? Snapshot.EMPTY : snapshot;
    }

    /** The news is with the driver now. */
    void markHandedOut() {
        handedOut = end();
        snapshotHandedOut = !snapshot.isEmpty();
    }

    /** The entries from {@code lo} to {@code hi} exclusive, as a list of its own. */
    List<Entry> slice(long lo, long hi) {
        Check.that(lo >= offset && lo <= hi && hi <= end(), "slice out of bounds", lo, hi);
        if (lo == hi) {
            return List.of();
        }
        Entry[] copy = new Entry[(int) (hi - lo)];
        System.arraycopy(entries, head + (int) (lo - offset), copy, 0, copy.length);
        return Arrays.asList(copy);
    }

    /** Appends from the index of the first entry on; whatever is there or behind it goes. */
    void append(List<Entry> more) {
        long from = more.getFirst().index();
        Check.that(from <= end(), "a hole before the appended entries", from, end());
        if (from <= offset) {
            offset = from;
            clear();
        } else {
            shrinkTo((int) (from - offset));
        }
        handedOut = Math.min(handedOut, from);
        reserve(more.size());
        for (Entry entry : more) {
            entries[head + size++] = entry;
        }
    }

    /** Everything before goes, the snapshot takes its place. */
    void restore(Snapshot replacement) {
        snapshot = replacement;
        snapshotHandedOut = false;
        offset = replacement.index() + 1;
        handedOut = offset;
        clear();
    }

    /** Entries up to the index are in storage. */
    void durable(long index) {
        if (index < offset) {
            return; // already known, or replaced by a snapshot since
        }
        Check.that(index < handedOut, "durable before it was handed out", index, handedOut);
        int count = (int) (index + 1 - offset);
        Arrays.fill(entries, head, head + count, null);
        head += count;
        size -= count;
        offset = index + 1;
        if (size == 0) {
            head = 0;
        }
    }

    /** The snapshot up to the index is in storage. */
    void snapshotDurable(long index) {
        if (snapshot.index() == index) {
            snapshot = Snapshot.EMPTY;
            snapshotHandedOut = false;
        }
    }

    private void clear() {
        shrinkTo(0);
        head = 0;
    }

    private void shrinkTo(int newSize) {
        Arrays.fill(entries, head + newSize, head + size, null);
        size = newSize;
    }

    private void reserve(int more) {
        int needed = Math.addExact(size, more);
        if (head + needed <= entries.length) {
            return;
        }
        if (needed > entries.length / 2) {
            @Nullable Entry[] larger = new @Nullable Entry[needed * 2];
            System.arraycopy(entries, head, larger, 0, size);
            entries = larger;
        } else {
            System.arraycopy(entries, head, entries, 0, size);
            Arrays.fill(entries, Math.max(head, size), head + size, null);
        }
        head = 0;
    }
}
