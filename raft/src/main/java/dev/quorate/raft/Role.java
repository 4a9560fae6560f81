package dev.quorate.raft;

/** What a member does in the current term. {@link Raft} documents the transitions. */
public enum Role {
    /** Accepts the log of the leader, if there is one. */
    FOLLOWER,
    /** Asks whether it could win an election, without disturbing anybody's term. */
    PRE_CANDIDATE,
    /** Asks for votes in a new term. */
    CANDIDATE,
    /** Appends to the log and replicates it. */
    LEADER
}
