package dev.quorate.storage.wal;

import java.util.Arrays;

/**
 * One raft entry as the log stores it ({@code raftpb.Entry}).
 *
 * @param type 0 normal, 1 conf change, 2 conf change v2
 * @param term the term in which it was proposed
 * @param index its place in the log, from 1
 * @param data its payload, not copied: the caller must not change it; empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // the payload is handed through without a copy
public record WalEntry(int type, long term, long index, byte[] data) {

    /** Largest value of {@link #type}. */
    static final int TYPE_MAX = 2;

    @Override
    public boolean equals(Object other) {
        return other instanceof WalEntry that
                && type == that.type
                && term == that.term
                && index == that.index
                && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(index) * 31 + Long.hashCode(term);
    }

    @Override
    public String toString() {
        return "WalEntry[" + type + ", " + term + "/" + index + ", " + data.length + " bytes]";
    }
}
