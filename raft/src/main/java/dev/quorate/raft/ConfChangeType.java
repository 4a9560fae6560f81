package dev.quorate.raft;

/** What a membership change does; the declaration order is the wire number (0 to 3). */
public enum ConfChangeType {
    /** Adds a voter, or promotes a learner. */
    ADD_NODE,
    /** Removes a member of either kind. */
    REMOVE_NODE,
    /** Changes what others know about a member (addresses); nothing for raft. */
    UPDATE_NODE,
    /** Adds a learner, or demotes a voter. */
    ADD_LEARNER_NODE
}
