package dev.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchRequest;
import dev.quorate.proto.v3electionpb.LeaderRequest;
import dev.quorate.server.HandCluster.Member;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Cancellation;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Rpc;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of clients that ask for a leader (metadata {@code hasleader}), at a member that loses it. */
class StreamsWithoutLeaderTest {
    private static final ByteString KEY = ByteString.copyFromUtf8("k");
    private static final String NO_LEADER = "etcdserver: no leader";
    private static final Duration ELECTION = Duration.ofSeconds(1);

    private HandCluster cluster;
    private Member follower;

    @BeforeEach
    void serve() throws Exception {
        cluster = new HandCluster(3, UnaryOperator.identity());
        Member leader = cluster.serving();
        follower = cluster.members.stream().filter(m -> m != leader).findFirst().orElseThrow();
        leader.call("Put", PutRequest.newBuilder().setKey(KEY).build()).await();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Watch", "Observe", "LeaseKeepAlive"})
    void endWhenThereHasBeenNoneForThreeElectionTimeouts(String method) throws Exception {
        Stream needs = new Stream(method, true);
        Stream needsNot = new Stream(method, false);
        cluster.workFor(ELECTION);
        assertThat(needs.failure).isNull();

        follower.cutOff = true;
        long cut = cluster.nowNanos();
        cluster.workUntil(() -> needs.failure != null);
        assertThat(needs.failure).hasMessageContaining(NO_LEADER);
        assertThat(Duration.ofNanos(cluster.nowNanos() - cut))
                .as("until the leader is missed, and three election timeouts more, as in etcd")
                .isBetween(ELECTION.multipliedBy(3), ELECTION.multipliedBy(7));
        cluster.workFor(ELECTION);
        assertThat(needsNot.failure).as("one that does not ask for a leader").isNull();
        Stream late = new Stream(method, true);
        cluster.workFor(Duration.ofMillis(20));
        assertThat(late.failure).as("at once").hasMessageContaining(NO_LEADER);

        follower.cutOff = false;
        cluster.workUntil(() -> follower.status().getLeader() != 0);
        Stream again = new Stream(method, true);
        cluster.workFor(ELECTION.multipliedBy(4));
        assertThat(again.failure).isNull();
    }

    /** One stream at the follower, opened as its client does. */
    private final class Stream implements Outlet {
        private @Nullable StatusException failure;

        @SuppressWarnings("unchecked")
        Stream(String method, boolean requireLeader) {
            Call call =
                    new Call(
                            null,
                            null,
                            requireLeader,
                            "unknown",
                            Long.MAX_VALUE,
                            new Cancellation());
            List<Rpc> all = follower.server().services().all();
            switch (all.stream()
                    .filter(rpc -> rpc.method().equals(method))
                    .findFirst()
                    .orElseThrow()) {
                case Rpc.BidiStream<?> stream -> {
                    var inlet =
                            ((Rpc.BidiStreamHandler<MessageLite>) stream.handler())
                                    .open(call, this);
                    if (method.equals("Watch")) {
                        inlet.next(
                                WatchRequest.newBuilder()
                                        .setCreateRequest(
                                                WatchCreateRequest.newBuilder().setKey(KEY))
                                        .build());
                    }
                }
                case Rpc.ServerStream<?> stream ->
                        ((Rpc.ServerStreamHandler<MessageLite>) stream.handler())
                                .handle(
                                        call,
                                        LeaderRequest.newBuilder().setName(KEY).build(),
                                        this);
                case Rpc.Unary<?> unary -> throw new IllegalArgumentException(unary.method());
            }
        }

        @Override
        public void send(Payload message) {}

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void onWritable(Runnable action) {
            action.run();
        }

        @Override
        public void finish() {}

        @Override
        public void fail(StatusException refusal) {
            failure = refusal;
        }
    }
}
