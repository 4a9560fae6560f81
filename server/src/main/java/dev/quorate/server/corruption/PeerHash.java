package dev.quorate.server.corruption;

import dev.quorate.store.mvcc.KeyHash;
import org.jspecify.annotations.Nullable;

/**
 * What another member answered when it was asked for the hash of its keys.
 *
 * @param memberId whom was asked
 * @param answer null when there was none
 * @param refusal why there was none, in the member's words; empty if it answered
 */
record PeerHash(long memberId, @Nullable Answer answer, String refusal) {
    /** The member's history up to a revision, and its current revision at that moment. */
    record Answer(KeyHash hash, long currentRevision) {}

    static PeerHash answered(long memberId, KeyHash hash, long currentRevision) {
        return new PeerHash(memberId, new Answer(hash, currentRevision), "");
    }

    static PeerHash refused(long memberId, String why) {
        return new PeerHash(memberId, null, why);
    }
}
