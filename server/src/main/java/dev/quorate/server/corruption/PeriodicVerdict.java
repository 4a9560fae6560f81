package dev.quorate.server.corruption;

import dev.quorate.log.Log;
import dev.quorate.server.member.Ids;
import dev.quorate.store.mvcc.KeyHash;
import java.util.List;
import java.util.OptionalLong;

/** Judges what a leader and its peers said of the same revision. */
final class PeriodicVerdict {
    private static final Log LOG = Log.of(PeriodicVerdict.class);

    private PeriodicVerdict() {}

    /**
     * The member to blame, if there is one; one per round.
     *
     * @param before the leader's hash, at whose revision the peers were asked
     * @param after the leader's hash after a linearizable read that was begun when all peers had answered
     * @param leaderRevision the leader's revision at that time
     */
    static OptionalLong of(
            long leaderId,
            KeyHash before,
            KeyHash after,
            long leaderRevision,
            List<PeerHash> peers) {
        if (after.hash() != before.hash()
                && after.revision() == before.revision()
                && after.compactRevision() == before.compactRevision()) {
            LOG.warn(
                    "found hash mismatch",
                    "revision-1",
                    before.revision(),
                    "compact-revision-1",
                    before.compactRevision(),
                    "hash-1",
                    before.hash(),
                    "revision-2",
                    after.revision(),
                    "compact-revision-2",
                    after.compactRevision(),
                    "hash-2",
                    after.hash());
            return OptionalLong.of(leaderId);
        }
        OptionalLong blamed = OptionalLong.empty();
        for (PeerHash peer : peers) {
            PeerHash.Answer answer = peer.answer();
            if (answer != null
                    && differs(peer.memberId(), answer, before, after, leaderRevision)
                    && blamed.isEmpty()) {
                blamed = OptionalLong.of(peer.memberId());
            }
        }
        return blamed;
    }

    private static boolean differs(
            long id, PeerHash.Answer peer, KeyHash before, KeyHash after, long leaderRevision) {
        if (peer.currentRevision() > leaderRevision) {
            LOG.warn(
                    "revision from follower must be less than or equal to leader's",
                    "leader-revision",
                    leaderRevision,
                    "follower-revision",
                    peer.currentRevision(),
                    "follower-peer-id",
                    Ids.text(id));
            return true;
        }
        if (peer.hash().compactRevision() > after.compactRevision()) {
            LOG.warn(
                    "compact revision from follower must be less than or equal to leader's",
                    "leader-compact-revision",
                    after.compactRevision(),
                    "follower-compact-revision",
                    peer.hash().compactRevision(),
                    "follower-peer-id",
                    Ids.text(id));
            return true;
        }
        if (peer.hash().compactRevision() == before.compactRevision()
                && peer.hash().hash() != before.hash()) {
            LOG.warn(
                    "same compact revision then hashes must match",
                    "leader-compact-revision",
                    after.compactRevision(),
                    "leader-hash",
                    before.hash(),
                    "follower-compact-revision",
                    peer.hash().compactRevision(),
                    "follower-hash",
                    peer.hash().hash(),
                    "follower-peer-id",
                    Ids.text(id));
            return true;
        }
        return false;
    }
}
