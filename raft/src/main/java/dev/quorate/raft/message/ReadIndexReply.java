package dev.quorate.raft.message;

import dev.quorate.raft.Check;
import java.util.Arrays;
import java.util.Objects;

/**
 * The leader's answer to {@link ReadIndex} ({@code MsgReadIndexResp}).
 *
 * @param index a read is linearizable once this is applied
 * @param context the request's context; on the wire the data of the only entry
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes, never copied or changed
public record ReadIndexReply(long from, long to, long term, long index, byte[] context)
        implements Message {
    public ReadIndexReply {
        Check.argument(term >= 0, "term", term, ">= 0");
        Check.argument(index >= 0, "index", index, ">= 0");
        Objects.requireNonNull(context, "context");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReadIndexReply that
                && from == that.from
                && to == that.to
                && term == that.term
                && index == that.index
                && Arrays.equals(context, that.context);
    }

    @Override
    public int hashCode() {
        return Objects.hash(from, to, term, index) * 31 + Arrays.hashCode(context);
    }
}
