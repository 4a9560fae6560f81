package dev.quorate.raft;

import java.util.Arrays;
import java.util.Objects;

/**
 * The state after applying the log up to an index, standing in for that prefix of the log.
 *
 * @param data opaque to the core; the driver decides what travels in it
 * @param index the last index the state includes; 0 means that there is no snapshot
 * @param term the term of the entry at that index
 * @param confState the membership at that index
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes, never copied or changed
public record Snapshot(byte[] data, long index, long term, ConfState confState) {
    /** No snapshot. */
    public static final Snapshot EMPTY = new Snapshot(new byte[0], 0, 0, ConfState.EMPTY);

    public Snapshot {
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(confState, "confState");
        Check.argument(index >= 0, "index", index, ">= 0");
        Check.argument(term >= 0, "term", term, ">= 0");
    }

    /** Whether there is no snapshot here. */
    public boolean isEmpty() {
        return index == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other
                        instanceof
                        Snapshot(var otherData, var otherIndex, var otherTerm, var otherConf)
                && index == otherIndex
                && term == otherTerm
                && confState.equals(otherConf)
                && Arrays.equals(data, otherData);
    }

    @Override
    public int hashCode() {
        return Objects.hash(index, term, confState) * 31 + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        return "Snapshot[" + term + "/" + index + ", " + confState + ", " + data.length + " bytes]";
    }
}
