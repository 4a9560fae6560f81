package dev.quorate.raft.quorum;

/**
 * A majority of each of two sets: the rule while a group of voters is exchanged for another.
 * Outside of such a change the outgoing half is empty and does not count.
 *
 * @param incoming the voters to be
 * @param outgoing the voters that were
 */
public record JointQuorum(Majority incoming, Majority outgoing) {
    /** The highest index that both halves acknowledged. */
    public long committed(IndexLookup lookup) {
        return Math.min(incoming.committed(lookup), outgoing.committed(lookup));
    }

    /** Won when both halves won, lost when one of them lost. */
    public VoteResult vote(BallotLookup lookup) {
        VoteResult one = incoming.vote(lookup);
        VoteResult other = outgoing.vote(lookup);
        if (one == other) {
            return one;
        }
        boolean lost = one == VoteResult.LOST || other == VoteResult.LOST;
        return lost ? VoteResult.LOST : VoteResult.PENDING;
    }
}
