package dev.quorate.raft;

/** How a {@link ConfChangeV2} takes effect; the declaration order is the wire number (0, 1, 2). */
public enum ConfChangeTransition {
    /** At once when at most one change is asked for, else joint and left automatically. */
    AUTO,
    /** Through a joint configuration that the leader leaves by itself. */
    JOINT_IMPLICIT,
    /** Through a joint configuration that somebody must leave by proposing an empty change. */
    JOINT_EXPLICIT
}
