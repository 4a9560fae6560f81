package dev.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.LeaseGrantRequest;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveRequest;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveResponse;
import dev.quorate.proto.etcdserverpb.LeaseTimeToLiveRequest;
import dev.quorate.proto.etcdserverpb.LeaseTimeToLiveResponse;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.server.HandCluster.Member;
import dev.quorate.server.config.Feature;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Cancellation;
import dev.quorate.server.service.Inlet;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Rpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Leases while leaders come and go: none ends early, none lives on, and nobody is told of time that the next leader does not grant. */
class LeaseClusterTest {
    private static final long LEASE = 77;
    private static final long TTL_SECONDS = 10;
    private static final ByteString KEY = ByteString.copyFromUtf8("k");
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(7);

    @Test
    void followersAskTheLeader() throws Exception {
        HandCluster cluster = new HandCluster(3, UnaryOperator.identity());
        Member leader = granted(cluster, TTL_SECONDS);
        for (Member member : cluster.members) {
            cluster.workFor(Duration.ofSeconds(3));
            assertThat(timeToLive(member)).isBetween(TTL_SECONDS - 4, TTL_SECONDS - 2);
            KeepAlive stream = new KeepAlive(member, false);
            stream.renew();
            stream.inlet.halfClosed();
            cluster.workUntil(() -> stream.finished);
            assertThat(stream.ttls)
                    .as("also after the client said that it was done")
                    .containsExactly(TTL_SECONDS);
            assertThat(timeToLive(leader)).isGreaterThanOrEqualTo(TTL_SECONDS - 1);
        }
        KeepAlive unknown = new KeepAlive(other(cluster, leader), false);
        unknown.renew(LEASE + 1);
        cluster.workUntil(() -> !unknown.ttls.isEmpty());
        assertThat(unknown.ttls).containsExactly(0L);
        assertThat(timeToLive(other(cluster, leader), LEASE + 1)).isEqualTo(-1);
    }

    @Test
    void aLeaderThatIsCutOffRenewsNothing() throws Exception {
        HandCluster cluster = new HandCluster(3, UnaryOperator.identity());
        Member leader = granted(cluster, TTL_SECONDS);
        leader.cutOff = true;
        KeepAlive stream = new KeepAlive(leader, false);
        stream.renew();
        cluster.workFor(REQUEST_TIMEOUT.plusSeconds(1));
        assertThat(stream.ttls).isEmpty();
        assertThat(stream.failure).isNotNull();
    }

    @Test
    void aRenewalUnderWayGoesToTheNextLeader() throws Exception {
        HandCluster cluster = new HandCluster(3, UnaryOperator.identity());
        Member leader = granted(cluster, TTL_SECONDS);
        KeepAlive stream = new KeepAlive(other(cluster, leader), false);
        leader.stopped = true;
        stream.renew();
        long asked = cluster.nowNanos();
        cluster.workUntil(() -> !stream.ttls.isEmpty());
        assertThat(stream.ttls).containsExactly(TTL_SECONDS);
        assertThat(Duration.ofNanos(cluster.nowNanos() - asked)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void aLeaderThatWasHeldUpRevokesNothingWhenItGoesOn() throws Exception {
        HandCluster cluster = new HandCluster(3, UnaryOperator.identity());
        Member former = granted(cluster, TTL_SECONDS);
        former.stopped = true;
        Member leader = cluster.leaderOtherThan(former);
        for (int i = 0; i < 2 * TTL_SECONDS; i++) {
            KeepAlive stream = new KeepAlive(leader, false);
            stream.renew();
            cluster.workFor(Duration.ofSeconds(1));
            assertThat(stream.ttls).containsExactly(TTL_SECONDS);
        }
        former.stopped = false;
        cluster.workFor(Duration.ofSeconds(2));
        assertThat(keys(leader)).isEqualTo(1);
        assertThat(timeToLive(former)).isPositive();
    }

    @Test
    void aLeaseEndsUnderTheNextLeaderNotEarlyAndNotMuchLater() throws Exception {
        HandCluster cluster = new HandCluster(3, UnaryOperator.identity());
        Member former = granted(cluster, TTL_SECONDS);
        long granted = cluster.nowNanos();
        cluster.workFor(Duration.ofSeconds(TTL_SECONDS - 2));
        former.stopped = true;
        Member leader = cluster.leaderOtherThan(former);
        long elected = cluster.nowNanos();
        cluster.workFor(Duration.ofSeconds(TTL_SECONDS - 1).minusNanos(elected - granted));
        assertThat(keys(leader)).isEqualTo(1);
        while (keys(leader) > 0) {
            cluster.workFor(Duration.ofMillis(100));
        }
        assertThat(Duration.ofNanos(cluster.nowNanos() - elected))
                .as("its whole time and an election timeout after the election")
                .isBetween(Duration.ofSeconds(TTL_SECONDS), Duration.ofSeconds(TTL_SECONDS + 3));
    }

    @Test
    void whatALeaseHasLeftSurvivesLeadersAndARenewalForgetsIt() throws Exception {
        HandCluster cluster = new HandCluster(3, LeaseClusterTest::withCheckpoints);
        long ttl = 400;
        Member first = granted(cluster, ttl);
        cluster.workFor(Duration.ofSeconds(310));
        first.stopped = true;
        Member second = cluster.leaderOtherThan(first);
        cluster.workFor(Duration.ofSeconds(1));
        assertThat(timeToLive(second))
                .as("rest of the checkpoint after 300 s")
                .isBetween(95L, 105L);

        KeepAlive stream = new KeepAlive(second, false);
        stream.renew();
        cluster.workUntil(() -> !stream.ttls.isEmpty());
        assertThat(stream.ttls).containsExactly(ttl);
        first.stopped = false;
        cluster.workFor(Duration.ofSeconds(2));
        second.stopped = true;
        Member third = cluster.leaderOtherThan(second);
        cluster.workFor(Duration.ofSeconds(1));
        assertThat(timeToLive(third)).as("the promised time").isGreaterThan(ttl - 10);
    }

    @Test
    void streamsThatNeedALeaderEndWithoutOne() throws Exception {
        HandCluster cluster = new HandCluster(3, UnaryOperator.identity());
        Member leader = granted(cluster, TTL_SECONDS);
        Member follower = other(cluster, leader);
        KeepAlive needs = new KeepAlive(follower, true);
        KeepAlive needsNot = new KeepAlive(follower, false);
        follower.cutOff = true;
        long cut = cluster.nowNanos();
        cluster.workUntil(() -> needs.failure != null);
        assertThat(needs.failure).hasMessageContaining("etcdserver: no leader");
        assertThat(Duration.ofNanos(cluster.nowNanos() - cut))
                .as("until the leader is missed, and three election timeouts more, as in etcd")
                .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(7));
        assertThat(needsNot.failure).isNull();
        KeepAlive late = new KeepAlive(follower, true);
        assertThat(late.failure).as("at once").hasMessageContaining("etcdserver: no leader");
    }

    private static ServerConfig withCheckpoints(ServerConfig config) {
        return config.withFeatures(config.features().with(Feature.LEASE_CHECKPOINT, true));
    }

    /** A lease with one key; returns the leader. */
    private static Member granted(HandCluster cluster, long ttlSeconds) throws Exception {
        Member leader = cluster.serving();
        leader.call(
                        "LeaseGrant",
                        LeaseGrantRequest.newBuilder().setID(LEASE).setTTL(ttlSeconds).build())
                .await();
        leader.call("Put", PutRequest.newBuilder().setKey(KEY).setLease(LEASE).build()).await();
        return leader;
    }

    private static Member other(HandCluster cluster, Member than) {
        return cluster.members.stream().filter(m -> m != than).findFirst().orElseThrow();
    }

    private static long keys(Member member) throws Exception {
        return member.<RangeResponse>call("Range", RangeRequest.newBuilder().setKey(KEY).build())
                .await()
                .getCount();
    }

    private static long timeToLive(Member member) throws Exception {
        return timeToLive(member, LEASE);
    }

    private static long timeToLive(Member member, long id) throws Exception {
        return member.<LeaseTimeToLiveResponse>call(
                        "LeaseTimeToLive", LeaseTimeToLiveRequest.newBuilder().setID(id).build())
                .await()
                .getTTL();
    }

    /** One stream of a client. */
    private static final class KeepAlive implements Outlet {
        final List<Long> ttls = new ArrayList<>();
        final Inlet<MessageLite> inlet;
        @Nullable StatusException failure;
        boolean finished;

        @SuppressWarnings("unchecked")
        KeepAlive(Member member, boolean requireLeader) {
            Rpc.BidiStream<?> method =
                    (Rpc.BidiStream<?>)
                            member.server().services().all().stream()
                                    .filter(rpc -> rpc.method().equals("LeaseKeepAlive"))
                                    .findFirst()
                                    .orElseThrow();
            Call call =
                    new Call(
                            null,
                            null,
                            requireLeader,
                            "unknown",
                            Long.MAX_VALUE,
                            new Cancellation());
            inlet = ((Rpc.BidiStreamHandler<MessageLite>) method.handler()).open(call, this);
        }

        void renew() {
            renew(LEASE);
        }

        void renew(long id) {
            inlet.next(LeaseKeepAliveRequest.newBuilder().setID(id).build());
        }

        @Override
        public void send(Payload message) {
            ttls.add(((LeaseKeepAliveResponse) message.message()).getTTL());
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void onWritable(Runnable action) {
            action.run();
        }

        @Override
        public void finish() {
            finished = true;
        }

        @Override
        public void fail(StatusException refusal) {
            failure = refusal;
        }
    }
}
