package dev.quorate.server.corruption;

import dev.quorate.log.Log;
import dev.quorate.proto.error.StatusException;
import dev.quorate.server.boot.StartException;
import dev.quorate.server.member.Ids;
import dev.quorate.store.mvcc.KeyHash;
import dev.quorate.store.mvcc.KeyValues;

/** Compares the keys of a member that is about to start with those of its peers, as the feature gate InitialCorruptCheck asks for. */
final class InitialCheck {
    private static final Log LOG = Log.of(InitialCheck.class);

    private InitialCheck() {}

    /**
     * Asks every peer that answers; those that do not, or that have compacted differently, are passed over.
     *
     * @throws StartException if one has the same history with another hash
     */
    static void run(long memberId, KeyValues keyValues, AskedHashes peers) throws StartException {
        String self = Ids.text(memberId);
        LOG.info("starting initial corruption check", "local-member-id", self);
        KeyHash own;
        try {
            own = keyValues.hash(0);
        } catch (StatusException e) {
            throw new StartException(self + " failed to fetch hash (" + e.description() + ")");
        }
        boolean differs = false;
        for (PeerHash peer : peers.now(own.revision())) {
            differs |= differs(self, own, peer);
        }
        if (differs) {
            throw new StartException(
                    self
                            + " found data inconsistency with peers: its keys differ from theirs at revision "
                            + own.revision()
                            + "; remove it from the cluster and add it again with an empty data directory");
        }
        LOG.info("initial corruption checking passed; no corruption", "local-member-id", self);
    }

    private static boolean differs(String self, KeyHash own, PeerHash peer) {
        PeerHash.Answer answer = peer.answer();
        if (answer == null) {
            LOG.warn(
                    reason(peer.refusal()),
                    "local-member-id",
                    self,
                    "local-member-revision",
                    own.revision(),
                    "remote-peer-id",
                    Ids.text(peer.memberId()),
                    "error",
                    peer.refusal());
            return false;
        }
        if (answer.hash().hash() == own.hash()) {
            return false;
        }
        boolean comparable = answer.hash().compactRevision() == own.compactRevision();
        LOG.warn(
                comparable
                        ? "found different hash values from remote peer"
                        : "found different compact revision values from remote peer",
                "local-member-id",
                self,
                "local-member-revision",
                own.revision(),
                "local-member-compact-revision",
                own.compactRevision(),
                "local-member-hash",
                own.hash(),
                "remote-peer-id",
                Ids.text(peer.memberId()),
                "remote-peer-revision",
                answer.currentRevision(),
                "remote-peer-compact-revision",
                answer.hash().compactRevision(),
                "remote-peer-hash",
                answer.hash().hash());
        return comparable;
    }

    private static String reason(String refusal) {
        return switch (refusal) {
            case "mvcc: required revision is a future revision" ->
                    "cannot fetch hash from slow remote peer";
            case "mvcc: required revision has been compacted" ->
                    "cannot fetch hash from remote peer; local member is behind";
            default -> "cannot fetch hash from remote peer";
        };
    }
}
