package dev.quorate.raft.change;

import dev.quorate.raft.Check;
import dev.quorate.raft.ConfState;
import dev.quorate.raft.quorum.IdSet;
import dev.quorate.raft.quorum.JointQuorum;
import dev.quorate.raft.quorum.Majority;

/**
 * Who belongs to the group, and in which capacity.
 *
 * @param voters who votes; the incoming half of a joint configuration
 * @param outgoing who still votes until the joint configuration ends; empty outside of one
 * @param learners who only receives
 * @param learnersNext outgoing voters that become learners at the end of the joint configuration
 * @param autoLeave whether the leader ends the joint configuration by itself
 */
public record Membership(
        IdSet voters, IdSet outgoing, IdSet learners, IdSet learnersNext, boolean autoLeave) {
    /** Nobody yet. */
    public static final Membership EMPTY =
            new Membership(IdSet.EMPTY, IdSet.EMPTY, IdSet.EMPTY, IdSet.EMPTY, false);

    public Membership {
        Check.that(learners.isDisjoint(voters), "a learner is a voter too");
        Check.that(learners.isDisjoint(outgoing), "a learner is an outgoing voter too");
        Check.that(learnersNext.isSubsetOf(outgoing), "a learner to be is no outgoing voter");
        Check.that(learnersNext.isDisjoint(voters), "a learner to be is an incoming voter");
        Check.that(!autoLeave || !outgoing.isEmpty(), "nothing to leave automatically");
    }

    /** What a snapshot says. */
    public static Membership of(ConfState state) {
        return new Membership(
                IdSet.of(state.voters()),
                IdSet.of(state.votersOutgoing()),
                IdSet.of(state.learners()),
                IdSet.of(state.learnersNext()),
                state.autoLeave());
    }

    /** What a snapshot shall say. */
    public ConfState toConfState() {
        return new ConfState(
                voters.toList(),
                learners.toList(),
                outgoing.toList(),
                learnersNext.toList(),
                autoLeave);
    }

    /** Whether two sets of voters have to agree. */
    public boolean isJoint() {
        return !outgoing.isEmpty();
    }

    /** Whether the only voter of a plain configuration is this one. */
    public boolean isOnlyVoter(long id) {
        return !isJoint() && voters.size() == 1 && voters.contains(id);
    }

    /** Everybody whose vote counts. */
    public IdSet allVoters() {
        return voters.union(outgoing);
    }

    /** Everybody. */
    public IdSet members() {
        return allVoters().union(learners);
    }

    /** Whose agreement is needed. */
    public JointQuorum quorum() {
        return new JointQuorum(new Majority(voters), new Majority(outgoing));
    }
}
