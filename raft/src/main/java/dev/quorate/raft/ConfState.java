package dev.quorate.raft;

import java.util.List;

/**
 * The membership as snapshots carry it. The lists are ascending as unsigned numbers when the core
 * hands them out, and may be in any order when it reads them.
 *
 * @param voters who votes now; in a joint configuration the incoming half
 * @param learners who only receives
 * @param votersOutgoing the outgoing half of a joint configuration, empty otherwise
 * @param learnersNext outgoing voters that become learners when the joint configuration ends
 * @param autoLeave whether the leader ends the joint configuration by itself
 */
public record ConfState(
        List<Long> voters,
        List<Long> learners,
        List<Long> votersOutgoing,
        List<Long> learnersNext,
        boolean autoLeave) {
    /** Nobody is a member yet. */
    public static final ConfState EMPTY =
            new ConfState(List.of(), List.of(), List.of(), List.of(), false);

    public ConfState {
        voters = List.copyOf(voters);
        learners = List.copyOf(learners);
        votersOutgoing = List.copyOf(votersOutgoing);
        learnersNext = List.copyOf(learnersNext);
    }

    /** A plain configuration of voters. */
    public static ConfState ofVoters(List<Long> voters) {
        return new ConfState(voters, List.of(), List.of(), List.of(), false);
    }
}
