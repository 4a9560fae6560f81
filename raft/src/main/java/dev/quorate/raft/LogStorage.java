package dev.quorate.raft;

import java.util.List;

/**
 * The port through which the core reads what the driver has stored: the stable part of the log.
 *
 * <p>All methods are called on the thread that drives the {@link Raft}, from inside its methods.
 * They must be cheap, must not block, must not change anything and must not call back. What they
 * answer may change only between calls into the core: entries appear (and replace a conflicting
 * suffix) no later than the report that they are durable, a prefix may vanish by compaction up to
 * the applied index.
 */
public interface LogStorage {
    /** Answer of {@link #term}: the index lies before the snapshot, its term is forgotten. */
    long COMPACTED = -1;

    /** Answer of {@link #term}: the index lies after the last entry. */
    long UNAVAILABLE = -2;

    /**
     * The state saved last, {@link HardState#EMPTY} for a new member. Read once, at construction.
     */
    HardState hardState();

    /** The membership as of the applied index. Read once, at construction. */
    ConfState confState();

    /**
     * Index of the first entry kept: one after the index whose term is still known; 1 for a whole
     * log.
     */
    long firstIndex();

    /** Index of the last entry; {@code firstIndex() - 1} when none is kept. */
    long lastIndex();

    /**
     * Term of the entry at the index, from {@code firstIndex() - 1} to {@code lastIndex()}; index 0
     * has term 0. Otherwise {@link #COMPACTED} or {@link #UNAVAILABLE}.
     */
    long term(long index);

    /**
     * The entries from {@code lo} to {@code hi} exclusive, cut off where their
     * {@link Entry#sizeBytes} exceed {@code maxBytes}, but at least one. The core asks only for
     * {@code firstIndex() <= lo < hi <= lastIndex() + 1}. The list must stay as it is, since it may
     * end up in messages.
     */
    List<Entry> entries(long lo, long hi, long maxBytes);

    /**
     * A snapshot to send to a member that needs what was compacted, or {@link Snapshot#EMPTY} when
     * none is at hand right now; the core asks again later. It should be as recent as possible: a
     * member ignores one that was taken before the member was added.
     */
    Snapshot snapshot();
}
