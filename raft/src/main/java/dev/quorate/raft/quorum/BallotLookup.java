package dev.quorate.raft.quorum;

/** How each member voted. */
@FunctionalInterface
public interface BallotLookup {
    /** The ballot of the member. */
    Ballot ballot(long id);
}
