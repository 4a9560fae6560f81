package dev.quorate.raft.quorum;

/** Where a vote stands. */
public enum VoteResult {
    /** Open: the missing ballots decide. */
    PENDING,
    /** A quorum granted. */
    WON,
    /** A quorum cannot be reached any more. */
    LOST
}
