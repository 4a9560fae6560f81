package dev.quorate.server.corruption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.store.mvcc.KeyHash;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Who is blamed for which answers. */
class VerdictTest {
    private static final long LEADER = 1;
    private static final KeyHash HASH = new KeyHash(100, 5, 20);

    private static PeerHash peer(long id, long hash, long compactRevision, long currentRevision) {
        return PeerHash.answered(id, new KeyHash(hash, compactRevision, 20), currentRevision);
    }

    private static OptionalLong periodic(KeyHash after, long leaderRevision, PeerHash... peers) {
        return PeriodicVerdict.of(LEADER, HASH, after, leaderRevision, List.of(peers));
    }

    @Test
    void equalHashesBlameNobody() {
        assertThat(periodic(HASH, 20, peer(2, 100, 5, 20), peer(3, 100, 5, 18))).isEmpty();
    }

    @Test
    void aPeerWithAnotherHashIsBlamed() {
        assertThat(periodic(HASH, 20, peer(2, 100, 5, 20), peer(3, 101, 5, 20))).hasValue(3);
    }

    @Test
    void hashesAfterDifferentCompactionsSayNothing() {
        assertThat(periodic(HASH, 20, peer(2, 101, 4, 20))).isEmpty();
    }

    @Test
    void nobodyIsBlamedForNotAnswering() {
        assertThat(periodic(HASH, 20, PeerHash.refused(2, "future"))).isEmpty();
    }

    @Test
    void aPeerAheadOfTheLeaderIsBlamed() {
        assertThat(periodic(HASH, 20, peer(2, 100, 5, 21))).hasValue(2);
        assertThat(periodic(new KeyHash(120, 5, 21), 21, peer(2, 100, 5, 21)))
                .as("what was written while the peers were asked")
                .isEmpty();
    }

    @Test
    void aPeerThatCompactedFurtherIsBlamed() {
        assertThat(periodic(HASH, 20, peer(2, 101, 6, 20))).hasValue(2);
        assertThat(periodic(new KeyHash(90, 6, 20), 20, peer(2, 101, 6, 20)))
                .as("compacted here too while the peers were asked")
                .isEmpty();
    }

    @Test
    void aLeaderWhoseHashChangesByItselfIsBlamed() {
        assertThat(periodic(new KeyHash(101, 5, 20), 20, peer(2, 101, 5, 20))).hasValue(LEADER);
    }

    @Test
    void oneMemberIsBlamedPerRound() {
        assertThat(periodic(HASH, 20, peer(2, 101, 5, 20), peer(3, 102, 5, 20))).hasValue(2);
    }

    private static CompactionVerdict compaction(PeerHash... peers) {
        return CompactionVerdict.of(LEADER, HASH, List.of(peers));
    }

    private static CompactionVerdict diverged(Long... members) {
        return new CompactionVerdict.Diverged(List.of(members));
    }

    @Test
    void allMustAgree() {
        assertThat(compaction(peer(2, 100, 5, 20), peer(3, 100, 5, 30)))
                .isEqualTo(new CompactionVerdict.Agreed());
        assertThat(compaction(peer(2, 100, 5, 20), PeerHash.refused(3, "")))
                .isEqualTo(new CompactionVerdict.Incomplete());
        assertThat(compaction(peer(2, 100, 5, 20), peer(3, 99, 4, 20)))
                .as("hashed another compaction")
                .isEqualTo(new CompactionVerdict.Incomplete());
    }

    @Test
    void whoeverDiffersFromAMajorityIsBlamed() {
        assertThat(compaction(peer(2, 100, 5, 20), peer(3, 7, 5, 20))).isEqualTo(diverged(3L));
        assertThat(compaction(peer(2, 7, 5, 20), peer(3, 7, 5, 20)))
                .as("the leader itself")
                .isEqualTo(diverged(1L));
        assertThat(
                        compaction(
                                peer(2, 100, 5, 20),
                                peer(3, 100, 5, 20),
                                peer(4, 8, 5, 20),
                                peer(5, 7, 5, 20)))
                .isEqualTo(diverged(5L, 4L));
    }

    @Test
    void withoutAMajorityTheWholeClusterIsBlamed() {
        assertThat(compaction(peer(2, 7, 5, 20))).isEqualTo(diverged(0L));
        assertThat(compaction(peer(2, 7, 5, 20), peer(3, 8, 5, 20))).isEqualTo(diverged(0L));
        assertThat(compaction(peer(2, 7, 5, 20), PeerHash.refused(3, "")))
                .as("a silent member counts")
                .isEqualTo(diverged(0L));
    }
}
