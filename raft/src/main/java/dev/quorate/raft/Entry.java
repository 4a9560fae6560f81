package dev.quorate.raft;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * One log entry. The bytes are shared, never copied: nobody may change them once the entry exists.
 *
 * @param type what the data means
 * @param term the term of the leader that appended it; 0 in a proposal
 * @param index its position in the log, from 1; 0 in a proposal
 * @param data the payload, carried verbatim; empty for a no-op
 */
@SuppressWarnings(
        "ArrayRecordComponent") // entries are the hot path: a copy or wrapper per entry costs
public record Entry(EntryType type, long term, long index, byte[] data) {
    private static final byte[] NO_DATA = {};

    public Entry {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(data, "data");
        Check.argument(term >= 0, "term", term, ">= 0");
        Check.argument(index >= 0, "index", index, ">= 0");
    }

    /** A proposal: term and index are given by the leader. */
    public static Entry proposal(EntryType type, byte[] data) {
        return new Entry(type, 0, 0, data);
    }

    /** An entry that changes nothing, as a new leader appends first. */
    public static Entry noOp(long term, long index) {
        return new Entry(EntryType.NORMAL, term, index, NO_DATA);
    }

    /**
     * Size of the entry as etcd encodes it (type, term and index always present, data only when
     * there is some). Message and batch limits are sums of these.
     */
    public int sizeBytes() {
        // Three tags, and the type as one byte.
        int header = 4 + varintBytes(term) + varintBytes(index);
        return data.length == 0 ? header : header + 1 + varintBytes(data.length) + data.length;
    }

    /**
     * How many leading entries fit into {@code maxBytes}; at least one, so that a huge entry still
     * travels.
     */
    public static int countWithin(List<Entry> entries, long maxBytes) {
        long bytes = 0;
        for (int i = 0; i < entries.size(); i++) {
            bytes += entries.get(i).sizeBytes();
            if (bytes > maxBytes && i > 0) {
                return i;
            }
        }
        return entries.size();
    }

    private static int varintBytes(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Entry(var otherType, var otherTerm, var otherIndex, var otherData)
                && type == otherType
                && term == otherTerm
                && index == otherIndex
                && Arrays.equals(data, otherData);
    }

    @Override
    public int hashCode() {
        return Objects.hash(term, index) * 31 + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        return "Entry[" + type + " " + term + "/" + index + ", " + data.length + " bytes]";
    }
}
