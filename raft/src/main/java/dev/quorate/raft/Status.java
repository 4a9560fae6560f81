package dev.quorate.raft;

import dev.quorate.raft.progress.ProgressState;
import java.util.List;

/**
 * A picture of one member.
 *
 * @param id who
 * @param term the latest term it has seen
 * @param vote whom it voted for in that term, 0 for nobody
 * @param commit its commit index
 * @param applied the last applied index
 * @param leader who leads, 0 when unknown
 * @param role what it does
 * @param transferee whom leadership is being handed to, 0 for nobody
 * @param confState the membership
 * @param progress what a leader knows about each member, itself included, in ascending order of
 *     ids; empty for others
 */
public record Status(
        long id,
        long term,
        long vote,
        long commit,
        long applied,
        long leader,
        Role role,
        long transferee,
        ConfState confState,
        List<Member> progress) {
    /**
     * One member as the leader sees it.
     *
     * @param id who
     * @param match the highest index known to agree
     * @param next the next index to send
     * @param state how it is sent to
     * @param recentlyActive whether it answered since the last check of the quorum
     * @param learner whether it only learns
     * @param pendingSnapshot the index of the snapshot on its way, 0 without
     * @param inflight append messages under way
     */
    public record Member(
            long id,
            long match,
            long next,
            ProgressState state,
            boolean recentlyActive,
            boolean learner,
            long pendingSnapshot,
            int inflight) {}
}
