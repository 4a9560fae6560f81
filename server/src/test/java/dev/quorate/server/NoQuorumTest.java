package dev.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.server.HandCluster.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests to members that have lost their leader, or their quorum: answered as soon as it is known how, and never applied twice. */
class NoQuorumTest {
    private static final Duration ELECTION = Duration.ofSeconds(1);
    private static final String NO_LEADER = "etcdserver: no leader";
    private static final String LEADER_FAILED =
            "etcdserver: request timed out, possibly due to previous leader failure";
    private static final ByteString KEY = ByteString.copyFromUtf8("k");
    private static final PutRequest PUT = PutRequest.newBuilder().setKey(KEY).build();

    private HandCluster cluster;
    private Member leader;
    private Member follower;

    @BeforeEach
    void serve() throws Exception {
        cluster = new HandCluster(3, UnaryOperator.identity());
        leader = cluster.serving();
        follower = cluster.otherThan(leader);
        cluster.workFor(ELECTION);
    }

    @Test
    void aMemberWithoutALeaderRefusesAtOnce() throws Exception {
        follower.cutOff = true;
        cluster.workUntil(() -> follower.status().getLeader() == 0);
        var put = follower.<PutResponse>call("Put", PUT);
        var get = follower.<RangeResponse>call("Range", get(false));
        long asked = cluster.nowNanos();
        assertThat(put.awaitRefusal()).isEqualTo(NO_LEADER);
        assertThat(get.awaitRefusal()).isEqualTo(NO_LEADER);
        assertThat(Duration.ofNanos(cluster.nowNanos() - asked))
                .as("an election may take a while, but not three timeouts")
                .isBetween(ELECTION.multipliedBy(2), ELECTION.multipliedBy(4));

        for (int i = 0; i < 3; i++) {
            cluster.workFor(ELECTION);
            asked = cluster.nowNanos();
            assertThat(follower.call("Put", PUT).awaitRefusal()).isEqualTo(NO_LEADER);
            assertThat(follower.call("Range", get(false)).awaitRefusal()).isEqualTo(NO_LEADER);
            assertThat(Duration.ofNanos(cluster.nowNanos() - asked))
                    .isLessThan(Duration.ofMillis(50));
        }
        follower.call("Range", get(true)).await();

        follower.cutOff = false;
        cluster.workUntil(() -> follower.status().getLeader() != 0);
        follower.call("Put", PUT).await();
        assertThat(version()).as("nothing that was refused").isEqualTo(1);
    }

    @Test
    void aLeaderWithoutAQuorumTellsWhoWaits() throws Exception {
        leader.cutOff = true;
        var put = leader.<PutResponse>call("Put", PUT);
        long asked = cluster.nowNanos();
        assertThat(put.awaitRefusal()).isEqualTo(LEADER_FAILED);
        assertThat(Duration.ofNanos(cluster.nowNanos() - asked))
                .as("real etcd lets it wait 7 s")
                .isLessThan(Duration.ofSeconds(6));
        leader.cutOff = false;
        cluster.workFor(ELECTION.multipliedBy(3));
        assertThat(version()).isZero();
    }

    @Test
    void whatIsUnderWayWhenTheLeaderDiesIsToldWhenTheNextOneBegins() throws Exception {
        List<HandCluster.Answer<PutResponse>> puts = new ArrayList<>();
        puts.add(follower.call("Put", PUT));
        // The leader gets it, and what it sends gets nowhere.
        leader.stopped = true;
        long died = cluster.nowNanos();
        cluster.workFor(ELECTION.dividedBy(2));
        puts.add(follower.call("Put", PUT));
        cluster.leaderOtherThan(leader);
        long elected = cluster.nowNanos();
        int applied = 0;
        for (var put : puts) {
            cluster.workUntil(put::isThere);
            applied += put.isRefused() ? 0 : 1;
            if (put.isRefused()) {
                assertThat(put.awaitRefusal()).isEqualTo(LEADER_FAILED);
            }
        }
        assertThat(Duration.ofNanos(cluster.nowNanos() - elected))
                .isLessThan(Duration.ofMillis(200));
        assertThat(Duration.ofNanos(cluster.nowNanos() - died)).isLessThan(Duration.ofSeconds(4));
        leader.stopped = false;
        cluster.workFor(ELECTION.multipliedBy(2));
        assertThat(version()).as("each at most once").isBetween((long) applied, 2L);
    }

    @Test
    void aLeaderThatIsKnownToBeGoneIsReplacedBeforeItsSilenceWouldTell() throws Exception {
        leader.stopped = true;
        leader.cutOff = true;
        long died = cluster.nowNanos();
        for (Member other : cluster.members) {
            if (other != leader) {
                other.server().peerSide().gone(leader.id());
            }
        }
        follower.call("Put", PUT).await();
        assertThat(Duration.ofNanos(cluster.nowNanos() - died))
                .as("real etcd waits for one to two election timeouts")
                .isLessThan(ELECTION.dividedBy(2));
    }

    private static RangeRequest get(boolean serializable) {
        return RangeRequest.newBuilder().setKey(KEY).setSerializable(serializable).build();
    }

    private long version() throws Exception {
        var kvs = cluster.leader().<RangeResponse>call("Range", get(false)).await().getKvsList();
        return kvs.isEmpty() ? 0 : kvs.get(0).getVersion();
    }
}
