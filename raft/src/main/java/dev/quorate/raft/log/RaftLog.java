package dev.quorate.raft.log;

import dev.quorate.raft.Check;
import dev.quorate.raft.Entry;
import dev.quorate.raft.HardState;
import dev.quorate.raft.LogStorage;
import dev.quorate.raft.Snapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log as raft sees it: what is in storage, followed by what is not known to be there yet.
 *
 * <pre>
 *   compacted ┤├──────────── storage ─────────────┤├──── unstable ────┤
 *           first      applied ≤ applying        offset            last
 *                             ≤ min(committed, offset - 1)
 * </pre>
 *
 * <p>Only durable entries are handed out to be applied. That is stricter than raft needs (a quorum
 * has them), but it lets the state machine never be ahead of its own log.
 */
public final class RaftLog {
    private final LogStorage storage;
    private final Unstable unstable;
    private final long maxApplyingBytes;
    private final ArrayDeque<Write> writes = new ArrayDeque<>();
    private final ArrayDeque<Batch> batches = new ArrayDeque<>();
    private long applyingBytes;
    private long committed;
    private long applying;
    private long applied;
    private long incomingSnapshot;

    private record Batch(long lastIndex, long bytes) {}

    /**
     * The log as storage has it.
     *
     * @param applied what the state machine has applied; at least the snapshot it started from
     */
    public RaftLog(LogStorage storage, long applied, long maxApplyingBytes) {
        this.storage = storage;
        this.maxApplyingBytes = maxApplyingBytes;
        long snapshotIndex = storage.firstIndex() - 1;
        long last = storage.lastIndex();
        Check.that(last >= snapshotIndex, "the log ends before it begins", last, snapshotIndex);
        this.unstable = new Unstable(last + 1);
        this.applied = Math.max(applied, snapshotIndex);
        this.applying = this.applied;
        // What was applied was committed, even if that was not written down before a crash.
        this.committed = Math.max(storage.hardState().commit(), this.applied);
        Check.that(committed <= last, "committed entries are missing", committed, last);
    }

    public long firstIndex() {
        Snapshot snapshot = unstable.snapshot();
        return snapshot.isEmpty() ? storage.firstIndex() : snapshot.index() + 1;
    }

    public long lastIndex() {
        return unstable.end() - 1;
    }

    public long lastTerm() {
        long term = term(lastIndex());
        Check.that(term >= 0, "the last entry has no term", lastIndex(), term);
        return term;
    }

    /** The term at the index, or what {@link LogStorage#term} says for one that is not there. */
    public long term(long index) {
        if (index > lastIndex()) {
            return LogStorage.UNAVAILABLE;
        }
        if (index >= unstable.offset()) {
            return unstable.entry(index).term();
        }
        Snapshot snapshot = unstable.snapshot();
        if (!snapshot.isEmpty()) {
            return index == snapshot.index() ? snapshot.term() : LogStorage.COMPACTED;
        }
        return storage.term(index);
    }

    public boolean matches(long index, long term) {
        return term(index) == term;
    }

    /** Whether a log that ends so is at least as complete as this one. */
    public boolean isUpToDate(long index, long term) {
        long ownTerm = lastTerm();
        return term > ownTerm || (term == ownTerm && index >= lastIndex());
    }

    public long committed() {
        return committed;
    }

    public long applied() {
        return applied;
    }

    /** The last index that is durable here. */
    public long durableIndex() {
        return unstable.offset() - 1;
    }

    /**
     * The entries from {@code lo} to {@code hi} exclusive, as many as fit, but at least one; null
     * when the first of them is compacted.
     */
    public @Nullable List<Entry> entries(long lo, long hi, long maxBytes) {
        Check.that(lo <= hi && hi <= lastIndex() + 1, "entries out of bounds", lo, hi);
        if (lo < firstIndex()) {
            return null;
        }
        return lo == hi ? List.of() : read(lo, hi, maxBytes);
    }

    private List<Entry> read(long lo, long hi, long maxBytes) {
        long boundary = unstable.offset();
        if (lo >= boundary) {
            return limited(unstable.slice(lo, hi), maxBytes);
        }
        long stableEnd = Math.min(hi, boundary);
        List<Entry> stable = storage.entries(lo, stableEnd, maxBytes);
        Check.that(
                !stable.isEmpty() && stable.getFirst().index() == lo,
                "storage lost an entry",
                lo,
                hi);
        if (stable.size() < stableEnd - lo || hi <= boundary) {
            return stable;
        }
        List<Entry> both = new ArrayList<>(stable);
        long bytes = sizeBytes(stable);
        for (long index = boundary; index < hi; index++) {
            Entry entry = unstable.entry(index);
            bytes += entry.sizeBytes();
            if (bytes > maxBytes) {
                break;
            }
            both.add(entry);
        }
        return both;
    }

    private static List<Entry> limited(List<Entry> entries, long maxBytes) {
        int count = Entry.countWithin(entries, maxBytes);
        return count == entries.size() ? entries : entries.subList(0, count);
    }

    private static long sizeBytes(List<Entry> entries) {
        long bytes = 0;
        for (Entry entry : entries) {
            bytes += entry.sizeBytes();
        }
        return bytes;
    }

    /** Appends a leader's own entries, which begin right after the last. */
    public void append(List<Entry> entries) {
        Check.that(
                entries.getFirst().index() == lastIndex() + 1,
                "a leader only appends",
                entries.getFirst().index(),
                lastIndex());
        unstable.append(entries);
    }

    /**
     * Appends a follower's entries; what conflicts with them goes. The position before them must
     * already agree.
     */
    public void accept(List<Entry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (!matches(entry.index(), entry.term())) {
                Check.that(
                        entry.index() > committed,
                        "the leader contradicts a committed entry",
                        entry.index(),
                        committed);
                replaceFrom(entry.index());
                unstable.append(entries.subList(i, entries.size()));
                return;
            }
        }
    }

    private void replaceFrom(long index) {
        for (Write write : writes) {
            write.replacedFrom(index);
        }
    }

    /**
     * From the index downwards, the first one whose term is at most the given one: the highest
     * place where a log that has this term at the index may agree. Stops where terms are forgotten.
     */
    public long agreementBelow(long index, long maxTerm) {
        long candidate = index;
        while (candidate > 0) {
            long term = term(candidate);
            if (term < 0 || term <= maxTerm) {
                return candidate;
            }
            candidate--;
        }
        return 0;
    }

    /** Raises the commit index; it never falls. */
    public void commitTo(long index) {
        if (index > committed) {
            Check.that(index <= lastIndex(), "commit beyond the log", index, lastIndex());
            committed = index;
        }
    }

    /** The snapshot takes the place of the whole log. */
    public void restore(Snapshot snapshot) {
        Check.that(
                snapshot.index() > committed,
                "a snapshot of the past",
                snapshot.index(),
                committed);
        // Nothing that is being written belongs to the log any more.
        replaceFrom(1);
        unstable.restore(snapshot);
        committed = snapshot.index();
        incomingSnapshot = snapshot.index();
    }

    /** Whether a received snapshot still has to be stored or applied. */
    public boolean hasIncomingSnapshot() {
        return incomingSnapshot > 0;
    }

    /** A snapshot for others: the one that just came in, else the one in storage. */
    public Snapshot snapshot() {
        return unstable.snapshot().isEmpty() ? storage.snapshot() : unstable.snapshot();
    }

    // Writes: what is handed out, and what comes back.

    /** Whether there is something to be written that was not handed out. */
    public boolean hasUnwritten() {
        return unstable.hasNews();
    }

    public List<Entry> unwrittenEntries() {
        return unstable.newEntries();
    }

    public Snapshot unwrittenSnapshot() {
        return unstable.newSnapshot();
    }

    /** How many writes are under way. */
    public int writesInFlight() {
        return writes.size();
    }

    /** The unwritten part, and the hard state, are with the driver now, under this number. */
    public void handOutWrite(long number, HardState hardState) {
        writes.add(new Write(number, unstable.newEntries(), unstable.newSnapshot(), hardState));
        unstable.markHandedOut();
    }

    /** The number of the first write under way that ends with this entry, 0 when there is none. */
    public long writeEndingAt(long term, long index) {
        for (Write write : writes) {
            if (write.endsAt(term, index)) {
                return write.number();
            }
        }
        return 0;
    }

    /**
     * The oldest write under way, if its number is at most this, is durable; null when none is
     * left.
     */
    public @Nullable Write durableThrough(long number) {
        Write write = writes.peek();
        if (write == null || write.number() > number) {
            return null;
        }
        writes.remove();
        if (write.snapshotIndex() > 0) {
            unstable.snapshotDurable(write.snapshotIndex());
            endIncomingSnapshot();
        }
        if (write.claim() >= unstable.offset()) {
            confirmStored(write.claim());
            unstable.durable(write.claim());
        }
        return write;
    }

    private void confirmStored(long index) {
        long stored = storage.term(index);
        long expected = unstable.entry(index).term();
        Check.that(stored == expected, "reported durable but not in storage", stored, expected);
    }

    // Application: what is handed out, and what comes back.

    /** Whether {@link #toApply} would give anything. */
    public boolean hasToApply() {
        return applicable() > applying
                && !hasIncomingSnapshot()
                && applyingBytes < maxApplyingBytes;
    }

    private long applicable() {
        return Math.min(committed, durableIndex());
    }

    /** The next committed entries to apply. */
    public List<Entry> toApply() {
        if (!hasToApply()) {
            return List.of();
        }
        List<Entry> next =
                entries(applying + 1, applicable() + 1, maxApplyingBytes - applyingBytes);
        if (next == null) {
            throw new IllegalStateException("unapplied entry " + (applying + 1) + " is compacted");
        }
        return next;
    }

    /** These are with the driver now. */
    public void handOutToApply(List<Entry> entries) {
        long bytes = sizeBytes(entries);
        applying = entries.getLast().index();
        applyingBytes += bytes;
        batches.add(new Batch(applying, bytes));
    }

    /**
     * The state machine has applied everything up to the index, or has been replaced by a snapshot.
     */
    public void appliedTo(long index) {
        Check.that(index >= applied, "applied twice", index, applied);
        Check.that(
                index <= Math.max(applying, incomingSnapshot), "applied too much", index, applying);
        applied = index;
        applying = Math.max(applying, index);
        while (!batches.isEmpty() && batches.getFirst().lastIndex() <= index) {
            applyingBytes -= batches.removeFirst().bytes();
        }
        endIncomingSnapshot();
    }

    private void endIncomingSnapshot() {
        if (applied >= incomingSnapshot && unstable.snapshot().isEmpty()) {
            incomingSnapshot = 0;
        }
    }

    /** Whether a committed entry that is not applied yet changes the membership. */
    public boolean hasUnappliedConfChange() {
        long index = applied + 1;
        while (index <= committed) {
            List<Entry> page = entries(index, committed + 1, maxApplyingBytes);
            if (page == null) {
                throw new IllegalStateException("unapplied entry " + index + " is compacted");
            }
            for (Entry entry : page) {
                switch (entry.type()) {
                    case NORMAL -> {}
                    case CONF_CHANGE, CONF_CHANGE_V2 -> {
                        return true;
                    }
                }
            }
            index += page.size();
        }
        return false;
    }
}
