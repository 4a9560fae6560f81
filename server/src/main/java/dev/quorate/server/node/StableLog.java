package dev.quorate.server.node;

import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.raft.HardState;
import dev.quorate.raft.LogStorage;
import dev.quorate.raft.Snapshot;
import java.util.ArrayList;
import java.util.List;

/**
 * The durable part of the log, kept in memory from a snapshot on: what the raft core reads. Owned by the raft loop.
 *
 * <p>Position 0 of {@code entries} is a place holder that carries index and term of the last compacted entry.
 */
public final class StableLog implements LogStorage {
    private final HardState initialHardState;
    private final ConfState initialConfState;
    private List<Entry> entries = new ArrayList<>();
    private Snapshot snapshot = Snapshot.EMPTY;

    /**
     * @param confState the membership as of the applied index
     * @param startIndex index before the first entry
     * @param startTerm term at that index
     * @param entries the entries behind it, without a gap
     */
    public StableLog(
            HardState hardState,
            ConfState confState,
            long startIndex,
            long startTerm,
            List<Entry> entries) {
        this.initialHardState = hardState;
        this.initialConfState = confState;
        this.entries.add(Entry.noOp(startTerm, startIndex));
        append(entries);
        if (startIndex > 0) {
            // Whoever needs entries before that gets the state as it is when it is sent, so only
            // the position counts. Without one it would wait for this member's next snapshot.
            snapshot = new Snapshot(new byte[0], startIndex, startTerm, confState);
        }
    }

    /** Adds durable entries; a conflicting suffix is replaced. */
    void append(List<Entry> more) {
        if (more.isEmpty()) {
            return;
        }
        long first = more.get(0).index();
        if (first <= offset()) {
            long last = more.get(more.size() - 1).index();
            if (last <= offset()) {
                return;
            }
            append(more.subList((int) (offset() + 1 - first), more.size()));
            return;
        }
        int at = (int) (first - offset());
        if (at > entries.size()) {
            throw new IllegalStateException(
                    "entries begin at " + first + ", behind a gap after " + lastIndex());
        }
        if (at < entries.size()) {
            // A list handed out earlier must stay as it is, so the suffix is replaced in a copy.
            entries = new ArrayList<>(entries.subList(0, at));
        }
        entries.addAll(more);
    }

    /** Forgets entries up to {@code index}, which must be present. */
    void compact(long index) {
        if (index <= offset()) {
            return;
        }
        int at = (int) (index - offset());
        List<Entry> rest = new ArrayList<>(entries.size() - at);
        rest.add(Entry.noOp(entries.get(at).term(), index));
        rest.addAll(entries.subList(at + 1, entries.size()));
        entries = rest;
    }

    /** Remembers what to send to a member that needs compacted entries. */
    void snapshot(Snapshot next) {
        snapshot = next;
    }

    /** Starts over behind an installed snapshot. */
    void reset(Snapshot installed) {
        entries = new ArrayList<>();
        entries.add(Entry.noOp(installed.term(), installed.index()));
        snapshot = installed;
    }

    @Override
    public HardState hardState() {
        return initialHardState;
    }

    @Override
    public ConfState confState() {
        return initialConfState;
    }

    @Override
    public long firstIndex() {
        return offset() + 1;
    }

    @Override
    public long lastIndex() {
        return offset() + entries.size() - 1;
    }

    @Override
    public long term(long index) {
        if (index < offset()) {
            return COMPACTED;
        }
        return index > lastIndex() ? UNAVAILABLE : entries.get((int) (index - offset())).term();
    }

    @Override
    public List<Entry> entries(long lo, long hi, long maxBytes) {
        List<Entry> range = entries.subList((int) (lo - offset()), (int) (hi - offset()));
        // A copy, for entries are added meanwhile; not of all that a follower far behind lacks.
        return List.copyOf(range.subList(0, Entry.countWithin(range, maxBytes)));
    }

    @Override
    public Snapshot snapshot() {
        return snapshot;
    }

    private long offset() {
        return entries.get(0).index();
    }
}
