package dev.quorate.server.node;

import dev.quorate.raft.Role;

/**
 * What the raft loop publishes about itself after each turn.
 *
 * @param leader the leader's id, 0 when none is known
 * @param term the current term
 * @param role of this member
 * @param soleVoter whether this member leads, is the only voter and has applied an entry of its term: then nobody else can have accepted
 *     a write, and a local read of what is applied is linearizable
 */
public record Leadership(long leader, long term, Role role, boolean soleVoter) {
    public boolean isLeader() {
        return role == Role.LEADER;
    }
}
