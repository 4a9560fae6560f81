package dev.quorate.raft.change;

import dev.quorate.raft.Check;
import dev.quorate.raft.ConfChangeSingle;
import dev.quorate.raft.ConfChangeTransition;
import dev.quorate.raft.ConfChangeV2;
import dev.quorate.raft.quorum.IdSet;
import java.util.List;

/**
 * Computes the membership after a change. A change that would break the group (no voter left, two
 * voters exchanged at once, a joint configuration inside another) is refused with an
 * {@link IllegalStateException}: it is committed already, so going on would mean to diverge.
 */
public final class MembershipChange {
    private IdSet voters;
    private final IdSet outgoing;
    private IdSet learners;
    private IdSet learnersNext;

    private MembershipChange(Membership from, IdSet outgoing) {
        this.voters = from.voters();
        this.outgoing = outgoing;
        this.learners = from.learners();
        this.learnersNext = from.learnersNext();
    }

    /** The membership after the change, by whichever way it asks for. */
    public static Membership apply(Membership from, ConfChangeV2 change) {
        if (change.leavesJoint()) {
            return leaveJoint(from);
        }
        if (change.entersJoint()) {
            boolean autoLeave = change.transition() != ConfChangeTransition.JOINT_EXPLICIT;
            return enterJoint(from, change.changes(), autoLeave);
        }
        return simple(from, change.changes());
    }

    /** At most one voter comes or goes, so that old and new majorities overlap. */
    static Membership simple(Membership from, List<ConfChangeSingle> changes) {
        Check.that(!from.isJoint(), "a simple change inside a joint configuration");
        MembershipChange change = new MembershipChange(from, IdSet.EMPTY);
        change.applyAll(changes);
        Check.that(
                differences(from.voters(), change.voters) <= 1,
                "a simple change of more than one voter");
        return change.result(false);
    }

    /** The voters so far become the outgoing half; the changes shape the incoming one. */
    static Membership enterJoint(
            Membership from, List<ConfChangeSingle> changes, boolean autoLeave) {
        Check.that(!from.isJoint(), "a joint configuration inside a joint configuration");
        Check.that(!from.voters().isEmpty(), "a joint configuration without voters");
        MembershipChange change = new MembershipChange(from, from.voters());
        change.applyAll(changes);
        return change.result(autoLeave);
    }

    /** The outgoing half goes; those who wait become learners. */
    static Membership leaveJoint(Membership from) {
        Check.that(from.isJoint(), "no joint configuration to leave");
        return new Membership(
                from.voters(),
                IdSet.EMPTY,
                from.learners().union(from.learnersNext()),
                IdSet.EMPTY,
                false);
    }

    private void applyAll(List<ConfChangeSingle> changes) {
        for (ConfChangeSingle single : changes) {
            long id = single.nodeId();
            if (id != 0) {
                switch (single.type()) {
                    case ADD_NODE -> makeVoter(id);
                    case ADD_LEARNER_NODE -> makeLearner(id);
                    case REMOVE_NODE -> remove(id);
                    case UPDATE_NODE -> {}
                }
            }
        }
    }

    private Membership result(boolean autoLeave) {
        Check.that(!voters.isEmpty(), "the change removes the last voter");
        return new Membership(voters, outgoing, learners, learnersNext, autoLeave);
    }

    private void makeVoter(long id) {
        remove(id);
        voters = voters.with(id);
    }

    private void makeLearner(long id) {
        remove(id);
        // Who still votes in the outgoing half must not be a learner at the same time.
        if (outgoing.contains(id)) {
            learnersNext = learnersNext.with(id);
        } else {
            learners = learners.with(id);
        }
    }

    private void remove(long id) {
        voters = voters.without(id);
        learners = learners.without(id);
        learnersNext = learnersNext.without(id);
    }

    private static int differences(IdSet before, IdSet after) {
        IdSet all = before.union(after);
        return 2 * all.size() - before.size() - after.size();
    }
}
