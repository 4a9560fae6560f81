package dev.quorate.raft.message;

import dev.quorate.raft.Check;
import java.util.Arrays;
import java.util.Objects;

/**
 * The leader's sign of life ({@code MsgHeartbeat}), also the carrier of read confirmations.
 *
 * @param commit never beyond what the receiver is known to have
 * @param context to be echoed verbatim; empty when there is nothing to confirm
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes, never copied or changed
public record Heartbeat(long from, long to, long term, long commit, byte[] context)
        implements Message {
    public Heartbeat {
        Check.argument(term >= 0, "term", term, ">= 0");
        Check.argument(commit >= 0, "commit", commit, ">= 0");
        Objects.requireNonNull(context, "context");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Heartbeat that
                && from == that.from
                && to == that.to
                && term == that.term
                && commit == that.commit
                && Arrays.equals(context, that.context);
    }

    @Override
    public int hashCode() {
        return Objects.hash(from, to, term, commit) * 31 + Arrays.hashCode(context);
    }
}
