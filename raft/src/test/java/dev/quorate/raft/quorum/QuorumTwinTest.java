package dev.quorate.raft.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The arithmetic against a twin that tries everything instead of being clever. */
class QuorumTwinTest {
    private static final int ROUNDS = 50_000;
    private static final int IDS = 9;
    private static final int INDEXES = 12;

    private final Random random = new Random(20260101);
    private final long[] acknowledged = new long[IDS];
    private final Ballot[] ballots = new Ballot[IDS];

    @Test
    void agreesWithTheTwin() {
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < IDS; i++) {
                acknowledged[i] = random.nextInt(INDEXES);
                ballots[i] = Ballot.values()[random.nextInt(3)];
            }
            IdSet incoming = randomSet();
            IdSet outgoing = random.nextInt(3) == 0 ? IdSet.EMPTY : randomSet();
            JointQuorum quorum = new JointQuorum(new Majority(incoming), new Majority(outgoing));

            String world = incoming + " " + outgoing + " " + round;
            assertThat(quorum.committed(id -> acknowledged[(int) id]))
                    .as(world)
                    .isEqualTo(committed(incoming, outgoing));
            assertThat(quorum.vote(id -> ballots[(int) id]))
                    .as(world)
                    .isEqualTo(vote(incoming, outgoing));
        }
    }

    private IdSet randomSet() {
        IdSet set = IdSet.EMPTY;
        for (int i = random.nextInt(IDS + 1); i > 0; i--) {
            set = set.with(random.nextInt(IDS));
        }
        return set;
    }

    /** The highest index that more than half of both sets have reached, by trying each. */
    private long committed(IdSet incoming, IdSet outgoing) {
        if (incoming.isEmpty() && outgoing.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long best = 0;
        for (long index = 0; index < INDEXES; index++) {
            if (reached(incoming, index) && reached(outgoing, index)) {
                best = index;
            }
        }
        return best;
    }

    private boolean reached(IdSet voters, long index) {
        int having = 0;
        for (long id : voters.toList()) {
            having += acknowledged[(int) id] >= index ? 1 : 0;
        }
        return voters.isEmpty() || 2 * having > voters.size();
    }

    /** Won if it is won with all missing ballots against, lost if it is lost with all in favour. */
    private VoteResult vote(IdSet incoming, IdSet outgoing) {
        if (carried(incoming, false) && carried(outgoing, false)) {
            return VoteResult.WON;
        }
        boolean possible = carried(incoming, true) && carried(outgoing, true);
        return possible ? VoteResult.PENDING : VoteResult.LOST;
    }

    private boolean carried(IdSet voters, boolean missingInFavour) {
        int inFavour = 0;
        for (long id : voters.toList()) {
            Ballot ballot = ballots[(int) id];
            boolean yes = ballot == Ballot.GRANTED || (ballot == Ballot.MISSING && missingInFavour);
            inFavour += yes ? 1 : 0;
        }
        return voters.isEmpty() || 2 * inFavour > voters.size();
    }
}
