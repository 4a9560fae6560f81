package dev.quorate.raft.quorum;

/** How one member voted. */
public enum Ballot {
    /** Not heard yet. */
    MISSING,
    /** Yes. */
    GRANTED,
    /** No. */
    REJECTED
}
