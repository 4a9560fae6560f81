package dev.quorate.raft.message;

import dev.quorate.raft.Check;
import java.util.Arrays;
import java.util.Objects;

/**
 * The answer to {@link Heartbeat} ({@code MsgHeartbeatResp}).
 *
 * @param context the heartbeat's context, byte for byte: leaders of etcd 3.7 read a number from it
 *     and crash on anything else
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes, never copied or changed
public record HeartbeatReply(long from, long to, long term, byte[] context) implements Message {
    public HeartbeatReply {
        Check.argument(term >= 0, "term", term, ">= 0");
        Objects.requireNonNull(context, "context");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeartbeatReply that
                && from == that.from
                && to == that.to
                && term == that.term
                && Arrays.equals(context, that.context);
    }

    @Override
    public int hashCode() {
        return Objects.hash(from, to, term) * 31 + Arrays.hashCode(context);
    }
}
