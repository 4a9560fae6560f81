package dev.quorate.raft.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.raft.ConfChangeSingle;
import dev.quorate.raft.ConfChangeTransition;
import dev.quorate.raft.ConfChangeType;
import dev.quorate.raft.ConfChangeV2;
import dev.quorate.raft.ConfState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MembershipChangeTest {
    private static final ConfChangeType ADD = ConfChangeType.ADD_NODE;
    private static final ConfChangeType LEARN = ConfChangeType.ADD_LEARNER_NODE;
    private static final ConfChangeType REMOVE = ConfChangeType.REMOVE_NODE;

    private final Membership three = Membership.of(ConfState.ofVoters(List.of(1L, 2L, 3L)));

    @Test
    void changesOneMemberAtOnce() {
        Membership grown = apply(three, change(LEARN, 4));
        assertThat(grown.toConfState()).isEqualTo(state("1 2 3", "4", "", "", false));
        assertThat(apply(grown, change(ADD, 4)).toConfState())
                .isEqualTo(state("1 2 3 4", "", "", "", false));
        assertThat(apply(grown, change(REMOVE, 4))).isEqualTo(three);
        assertThat(apply(three, change(LEARN, 3)).toConfState())
                .isEqualTo(state("1 2", "3", "", "", false));
        assertThat(apply(three, change(REMOVE, 9))).isEqualTo(three);
        assertThat(apply(three, change(ADD, 0))).isEqualTo(three);
        assertThat(apply(three, change(ConfChangeType.UPDATE_NODE, 2))).isEqualTo(three);
    }

    @Test
    void passesThroughAJointConfiguration() {
        ConfChangeV2 change =
                joint(
                        ConfChangeTransition.AUTO,
                        new ConfChangeSingle(ADD, 4),
                        new ConfChangeSingle(LEARN, 2),
                        new ConfChangeSingle(LEARN, 5),
                        new ConfChangeSingle(REMOVE, 3));
        Membership both = apply(three, change);
        assertThat(both.toConfState()).isEqualTo(state("1 4", "5", "1 2 3", "2", true));
        assertThat(Membership.of(both.toConfState())).isEqualTo(both);
        assertThat(apply(both, ConfChangeV2.LEAVE_JOINT).toConfState())
                .isEqualTo(state("1 4", "2 5", "", "", false));
    }

    @Test
    void leavesJointOnlyWhenToldIfExplicit() {
        ConfChangeV2 change =
                joint(ConfChangeTransition.JOINT_EXPLICIT, new ConfChangeSingle(ADD, 4));
        assertThat(apply(three, change).toConfState())
                .isEqualTo(state("1 2 3 4", "", "1 2 3", "", false));
    }

    @Test
    void refusesWhatBreaksTheGroup() {
        Membership one = Membership.of(ConfState.ofVoters(List.of(1L)));
        refuses(one, change(REMOVE, 1), "last voter");
        refuses(one, change(LEARN, 1), "last voter");
        refuses(three, ConfChangeV2.LEAVE_JOINT, "no joint");
        Membership both =
                apply(
                        three,
                        joint(ConfChangeTransition.JOINT_IMPLICIT, new ConfChangeSingle(ADD, 4)));
        refuses(both, change(ADD, 5), "inside a joint");
        refuses(
                both,
                joint(ConfChangeTransition.JOINT_IMPLICIT, new ConfChangeSingle(ADD, 5)),
                "inside a joint");
        refuses(
                Membership.EMPTY,
                joint(ConfChangeTransition.JOINT_IMPLICIT, new ConfChangeSingle(ADD, 5)),
                "without voters");
        assertThatThrownBy(() ->
                        MembershipChange.simple(
                                three,
                                List.of(
                                        new ConfChangeSingle(ADD, 4),
                                        new ConfChangeSingle(REMOVE, 1))))
                .hasMessageContaining("more than one voter");
    }

    /** Any walk keeps the invariants that {@link Membership} checks, and survives a snapshot. */
    @Test
    void walksAtRandom() {
        Random random = new Random(11);
        Membership now = three;
        int joint = 0;
        for (int step = 0; step < 20_000; step++) {
            List<ConfChangeSingle> changes = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                ConfChangeType type = ConfChangeType.values()[random.nextInt(4)];
                changes.add(new ConfChangeSingle(type, 1 + random.nextInt(6)));
            }
            ConfChangeTransition transition =
                    ConfChangeTransition.values()[
                            random.nextInt(ConfChangeTransition.values().length)];
            try {
                now = apply(now, new ConfChangeV2(transition, changes, new byte[0]));
            } catch (IllegalStateException refused) {
                continue;
            }
            joint += now.isJoint() ? 1 : 0;
            assertThat(now.voters().isEmpty()).isFalse();
            assertThat(Membership.of(now.toConfState())).isEqualTo(now);
        }
        assertThat(joint).isPositive();
    }

    private static Membership apply(Membership from, ConfChangeV2 change) {
        return MembershipChange.apply(from, change);
    }

    private static void refuses(Membership from, ConfChangeV2 change, String why) {
        assertThatThrownBy(() -> apply(from, change))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(why);
    }

    private static ConfChangeV2 change(ConfChangeType type, long id) {
        return joint(ConfChangeTransition.AUTO, new ConfChangeSingle(type, id));
    }

    private static ConfChangeV2 joint(
            ConfChangeTransition transition, ConfChangeSingle... changes) {
        return new ConfChangeV2(transition, List.of(changes), new byte[0]);
    }

    private static ConfState state(
            String voters, String learners, String outgoing, String learnersNext, boolean auto) {
        return new ConfState(ids(voters), ids(learners), ids(outgoing), ids(learnersNext), auto);
    }

    private static List<Long> ids(String text) {
        return Arrays.stream(text.split(" "))
                .filter(word -> !word.isEmpty())
                .map(Long::parseLong)
                .toList();
    }
}
