package dev.quorate.raft;

import java.util.Arrays;
import java.util.Objects;

/**
 * The answer to {@link Raft#readIndex}: a read that began with the request is linearizable once the
 * index is applied.
 *
 * @param index the commit index that the leader confirmed
 * @param context the bytes of the request
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes, never copied or changed
public record ReadState(long index, byte[] context) {
    public ReadState {
        Objects.requireNonNull(context, "context");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReadState(var otherIndex, var otherContext)
                && index == otherIndex
                && Arrays.equals(context, otherContext);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(index) * 31 + Arrays.hashCode(context);
    }

    @Override
    public String toString() {
        return "ReadState[" + index + ", " + context.length + " bytes]";
    }
}
