package dev.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.server.HandCluster.Member;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The disk under a member's log does nothing for a while. */
class StalledDiskTest {
    private static final Duration ELECTION = Duration.ofSeconds(1);
    private static final PutRequest PUT =
            PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build();

    private HandCluster cluster;
    private Member leader;

    @BeforeEach
    void serve() throws Exception {
        cluster = new HandCluster(3, UnaryOperator.identity());
        leader = cluster.serving();
        cluster.workFor(ELECTION);
    }

    @Test
    void aLeaderWhoseDiskStallsHandsOver() throws Exception {
        leader.diskStalls = true;
        var put = leader.<PutResponse>call("Put", PUT);
        long stalledAt = cluster.nowNanos();
        Member next = cluster.leaderOtherThan(leader);
        assertThat(Duration.ofNanos(cluster.nowNanos() - stalledAt))
                .as("an election timeout until the stall is certain, then next to nothing")
                .isBetween(ELECTION.minusMillis(150), ELECTION.plusMillis(200));
        next.call("Put", PUT).await();
        assertThat(put.isThere()).as("answered by a member that does not have it").isFalse();
        leader.diskStalls = false;
        put.await();
    }

    @Test
    void meanwhileItDoesNotStandForElection() throws Exception {
        leader.diskStalls = true;
        leader.call("Put", PUT);
        Member next = cluster.leaderOtherThan(leader);
        cluster.workUntil(() -> !leader.leads());
        next.cutOff = true;
        for (int i = 0; i < 100; i++) {
            cluster.workFor(ELECTION.dividedBy(10));
            assertThat(leader.leads()).isFalse();
        }
        leader.diskStalls = false;
        cluster.leaderOtherThan(next);
    }

    @Test
    void aDiskThatGetsOnIsOnlySlow() throws Exception {
        for (int i = 0; i < 5; i++) {
            leader.diskStalls = true;
            leader.call("Put", PUT);
            cluster.workFor(ELECTION.dividedBy(10).multipliedBy(8));
            leader.diskStalls = false;
            cluster.workFor(ELECTION.dividedBy(10));
            assertThat(leader.leads()).isTrue();
        }
    }

    @Test
    void aFollowersDiskConcernsNobodyElse() throws Exception {
        Member follower =
                cluster.members.stream().filter(m -> m != leader).findFirst().orElseThrow();
        follower.diskStalls = true;
        for (int i = 0; i < 5; i++) {
            leader.call("Put", PUT).await();
            cluster.workFor(ELECTION);
            assertThat(leader.leads()).isTrue();
        }
        follower.diskStalls = false;
        follower.call("Put", PUT).await();
    }
}
