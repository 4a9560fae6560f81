package dev.quorate.raft;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * One membership change, the content of a {@link EntryType#CONF_CHANGE} entry.
 *
 * @param id the proposer's request id, opaque here
 * @param type what it does
 * @param nodeId to whom; 0 makes it a change that does nothing, which is how a refused change is
 *     applied
 * @param context the proposer's bytes, opaque here
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes, never copied or changed
public record ConfChange(long id, ConfChangeType type, long nodeId, byte[] context) {
    public ConfChange {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(context, "context");
    }

    /** The same change in the general form. */
    public ConfChangeV2 toV2() {
        return new ConfChangeV2(
                ConfChangeTransition.AUTO, List.of(new ConfChangeSingle(type, nodeId)), context);
    }

    @Override
    public boolean equals(Object other) {
        return other
                        instanceof
                        ConfChange(var otherId, var otherType, var otherNode, var otherContext)
                && id == otherId
                && type == otherType
                && nodeId == otherNode
                && Arrays.equals(context, otherContext);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, type, nodeId) * 31 + Arrays.hashCode(context);
    }

    @Override
    public String toString() {
        return "ConfChange[" + type + " " + Long.toHexString(nodeId) + "]";
    }
}
