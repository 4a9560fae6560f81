package dev.quorate.server.corruption;

import dev.quorate.log.Log;
import dev.quorate.server.member.Ids;
import dev.quorate.store.mvcc.KeyHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the members' hashes of one compaction say together. */
sealed interface CompactionVerdict {
    Log LOG = Log.of(CompactionVerdict.class);

    /** Stands for the whole cluster in an alarm, when nobody can tell who differs. */
    long WHOLE_CLUSTER = 0;

    /** Every member has the same. */
    record Agreed() implements CompactionVerdict {}

    /** Those that answered have the same, but some did not; an older compaction may tell more. */
    record Incomplete() implements CompactionVerdict {}

    /** These members differ from a majority, or {@link #WHOLE_CLUSTER} differs from itself. */
    record Diverged(List<Long> members) implements CompactionVerdict {}

    /** Compares; a majority counts all members, also those without an answer. */
    static CompactionVerdict of(long leaderId, KeyHash leader, List<PeerHash> peers) {
        TreeMap<Long, List<Long>> membersByHash = new TreeMap<>();
        membersByHash.computeIfAbsent(leader.hash(), _ -> new ArrayList<>()).add(leaderId);
        int answers = 0;
        for (PeerHash peer : peers) {
            PeerHash.Answer answer = peer.answer();
            if (answer == null) {
                skipped(peer, leader, "no response");
            } else if (answer.hash().compactRevision() != leader.compactRevision()) {
                skipped(
                        peer,
                        leader,
                        "the peer's CompactRevision "
                                + answer.hash().compactRevision()
                                + " doesn't match leader's CompactRevision "
                                + leader.compactRevision());
            } else {
                answers++;
                membersByHash
                        .computeIfAbsent(answer.hash().hash(), _ -> new ArrayList<>())
                        .add(peer.memberId());
            }
        }
        if (membersByHash.size() == 1) {
            return agreed(leader, answers, peers.size());
        }
        return diverged(leader, membersByHash, (peers.size() + 1) / 2 + 1);
    }

    private static void skipped(PeerHash peer, KeyHash leader, String reason) {
        LOG.warn(
                "Skipped peer's hash",
                "peer-id",
                Ids.text(peer.memberId()),
                "revision",
                leader.revision(),
                "reason",
                reason,
                "error",
                peer.refusal());
    }

    private static CompactionVerdict agreed(KeyHash leader, int answers, int peers) {
        Object[] fields = {
            "number-of-peers-checked",
            answers,
            "number-of-peers",
            peers,
            "revision",
            leader.revision(),
            "compactRevision",
            leader.compactRevision()
        };
        if (answers == peers) {
            LOG.info("successfully checked hash on whole cluster", fields);
            return new Agreed();
        }
        LOG.warn(
                "skipped revision in compaction hash check; was not able to check all peers",
                fields);
        return new Incomplete();
    }

    private static CompactionVerdict diverged(
            KeyHash leader, Map<Long, List<Long>> membersByHash, int quorum) {
        long right = -1;
        for (var group : membersByHash.entrySet()) {
            if (group.getValue().size() >= quorum) {
                right = group.getKey();
            }
        }
        List<Long> blamed = new ArrayList<>();
        for (var group : membersByHash.entrySet()) {
            if (group.getKey() != right) {
                blamed.addAll(group.getValue());
                LOG.error(
                        "Detected compaction hash mismatch",
                        "leader compact revision",
                        leader.compactRevision(),
                        "leader revision",
                        leader.revision(),
                        "leader hash",
                        leader.hash(),
                        "peer hash",
                        group.getKey(),
                        "peer ids",
                        group.getValue().stream().map(Ids::text).toList());
            }
        }
        if (right < 0) {
            LOG.error(
                    "Detected compaction hash mismatch but cannot identify the corrupted members, so intentionally set the memberID as 0",
                    "leader compact revision",
                    leader.compactRevision(),
                    "leader revision",
                    leader.revision(),
                    "leader hash",
                    leader.hash());
            return new Diverged(List.of(WHOLE_CLUSTER));
        }
        return new Diverged(List.copyOf(blamed));
    }
}
