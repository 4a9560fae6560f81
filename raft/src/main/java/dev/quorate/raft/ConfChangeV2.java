package dev.quorate.raft;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Several membership changes at once, the content of a {@link EntryType#CONF_CHANGE_V2} entry.
 *
 * @param transition how it takes effect
 * @param changes the steps, in order; none (with {@link ConfChangeTransition#AUTO}) leaves a joint
 *     configuration
 * @param context the proposer's bytes, opaque here
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes, never copied or changed
public record ConfChangeV2(
        ConfChangeTransition transition, List<ConfChangeSingle> changes, byte[] context) {
    /** Leaves a joint configuration; its encoding is empty. */
    public static final ConfChangeV2 LEAVE_JOINT =
            new ConfChangeV2(ConfChangeTransition.AUTO, List.of(), new byte[0]);

    public ConfChangeV2 {
        Objects.requireNonNull(transition, "transition");
        Objects.requireNonNull(context, "context");
        changes = List.copyOf(changes);
    }

    /** Whether this ends a joint configuration. */
    public boolean leavesJoint() {
        return transition == ConfChangeTransition.AUTO && changes.isEmpty();
    }

    /** Whether this begins a joint configuration. */
    public boolean entersJoint() {
        return transition != ConfChangeTransition.AUTO || changes.size() > 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfChangeV2(var otherKind, var otherChanges, var otherContext)
                && transition == otherKind
                && changes.equals(otherChanges)
                && Arrays.equals(context, otherContext);
    }

    @Override
    public int hashCode() {
        return Objects.hash(transition, changes) * 31 + Arrays.hashCode(context);
    }

    @Override
    public String toString() {
        return "ConfChangeV2[" + transition + " " + changes + "]";
    }
}
