package dev.quorate.raft.testkit;

import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.raft.HardState;
import dev.quorate.raft.LogStorage;
import dev.quorate.raft.Ready;
import dev.quorate.raft.Snapshot;
import java.util.ArrayList;
import java.util.List;

/** Storage of one member as it survives a crash: only what was written and reported as durable. */
public final class MemoryLog implements LogStorage {
    private HardState hardState = HardState.EMPTY;
    private ConfState confState = ConfState.EMPTY;
    private Snapshot snapshot = Snapshot.EMPTY;
    private final List<Entry> entries = new ArrayList<>();
    private long firstIndex = 1;
    private long termBefore;
    private boolean snapshotsAvailable = true;

    /** The write of one Ready, as a whole. */
    public void write(Ready ready) {
        if (!ready.snapshot().isEmpty()) {
            install(ready.snapshot());
        }
        append(ready.toPersist());
        if (!ready.hardState().isEmpty()) {
            hardState = ready.hardState();
        }
    }

    public void install(Snapshot newer) {
        snapshot = newer;
        entries.clear();
        firstIndex = newer.index() + 1;
        termBefore = newer.term();
    }

    public void append(List<Entry> more) {
        for (Entry entry : more) {
            if (entry.index() < firstIndex || entry.index() > lastIndex() + 1) {
                throw new IllegalStateException("a hole before " + entry);
            }
            if (entry.index() <= lastIndex()) {
                entries.subList((int) (entry.index() - firstIndex), entries.size()).clear();
            }
            entries.add(entry);
        }
    }

    /**
     * Takes a snapshot of the state machine at the index and drops the log up to {@code through}.
     */
    public void compact(Snapshot newer, long through) {
        snapshot = newer;
        long keep = Math.min(through, newer.index());
        if (keep >= firstIndex) {
            termBefore = term(keep);
            entries.subList(0, (int) (keep + 1 - firstIndex)).clear();
            firstIndex = keep + 1;
        }
    }

    public void hardState(HardState state) {
        hardState = state;
    }

    public void confState(ConfState state) {
        confState = state;
    }

    public void snapshotsAvailable(boolean available) {
        snapshotsAvailable = available;
    }

    @Override
    public HardState hardState() {
        return hardState;
    }

    @Override
    public ConfState confState() {
        return confState;
    }

    @Override
    public long firstIndex() {
        return firstIndex;
    }

    @Override
    public long lastIndex() {
        return firstIndex + entries.size() - 1;
    }

    @Override
    public long term(long index) {
        if (index < firstIndex - 1) {
            return COMPACTED;
        }
        if (index == firstIndex - 1) {
            return termBefore;
        }
        return index > lastIndex() ? UNAVAILABLE : at(index).term();
    }

    public Entry at(long index) {
        return entries.get((int) (index - firstIndex));
    }

    @Override
    public List<Entry> entries(long lo, long hi, long maxBytes) {
        if (lo < firstIndex || lo >= hi || hi > lastIndex() + 1) {
            throw new IllegalStateException("asked for " + lo + " to " + hi);
        }
        List<Entry> range = entries.subList((int) (lo - firstIndex), (int) (hi - firstIndex));
        return List.copyOf(range.subList(0, Entry.countWithin(range, maxBytes)));
    }

    @Override
    public Snapshot snapshot() {
        return snapshotsAvailable ? snapshot : Snapshot.EMPTY;
    }

    public Snapshot storedSnapshot() {
        return snapshot;
    }
}
