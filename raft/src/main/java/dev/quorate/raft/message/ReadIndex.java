package dev.quorate.raft.message;

import java.util.Arrays;
import java.util.Objects;

/**
 * Asks the leader for an index from which a read is linearizable ({@code MsgReadIndex}), forwarded
 * by a follower.
 *
 * @param from the member that wants to read
 * @param context names the request; on the wire the data of the only entry
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes, never copied or changed
public record ReadIndex(long from, long to, byte[] context) implements Message {
    public ReadIndex {
        Objects.requireNonNull(context, "context");
    }

    /** Always 0: whoever leads may answer. */
    @Override
    public long term() {
        return 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReadIndex that
                && from == that.from
                && to == that.to
                && Arrays.equals(context, that.context);
    }

    @Override
    public int hashCode() {
        return Objects.hash(from, to) * 31 + Arrays.hashCode(context);
    }
}
