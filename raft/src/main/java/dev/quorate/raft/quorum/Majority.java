package dev.quorate.raft.quorum;

import java.util.Arrays;

/**
 * More than half of a set of voters.
 *
 * <p>The empty set agrees to everything: it is the absent half of a {@link JointQuorum}.
 *
 * @param voters who counts
 */
public record Majority(IdSet voters) {
    /** The highest index that a majority acknowledged; {@link Long#MAX_VALUE} without voters. */
    public long committed(IndexLookup lookup) {
        int count = voters.size();
        if (count == 0) {
            return Long.MAX_VALUE;
        }
        long[] indexes = new long[count];
        for (int i = 0; i < count; i++) {
            indexes[i] = lookup.acknowledged(voters.at(i));
        }
        Arrays.sort(indexes);
        return indexes[count - needed(count)];
    }

    /** Where the vote stands; won without voters. */
    public VoteResult vote(BallotLookup lookup) {
        int count = voters.size();
        int granted = 0;
        int missing = 0;
        for (int i = 0; i < count; i++) {
            switch (lookup.ballot(voters.at(i))) {
                case GRANTED -> granted++;
                case MISSING -> missing++;
                case REJECTED -> {}
            }
        }
        if (count == 0 || granted >= needed(count)) {
            return VoteResult.WON;
        }
        return granted + missing >= needed(count) ? VoteResult.PENDING : VoteResult.LOST;
    }

    private static int needed(int count) {
        return count / 2 + 1;
    }
}
