package dev.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.proto.etcdserverpb.MemberAddRequest;
import dev.quorate.proto.etcdserverpb.MemberAddResponse;
import dev.quorate.proto.etcdserverpb.MemberListRequest;
import dev.quorate.proto.etcdserverpb.MemberListResponse;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.server.HandCluster.Member;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Changes of members that are safe one by one, asked at members that do not know of each other's; seed 2048 of the simulator found it. */
class RacingChangesTest {
    private static final Duration CONNECTED_LONG_ENOUGH = Duration.ofSeconds(6);
    private static final PutRequest PUT =
            PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("k")).build();

    @Test
    void theLeaderAppendsNoChangeThatHasBecomeUnsafe() throws Exception {
        HandCluster cluster = new HandCluster(3, UnaryOperator.identity());
        Member leader = cluster.serving();
        Member late = cluster.otherThan(leader);
        cluster.workFor(CONNECTED_LONG_ENOUGH);
        leader.<MemberAddResponse>call("MemberAdd", add(1)).await();
        cluster.workFor(Duration.ofMillis(100));

        var second = leader.<MemberAddResponse>call("MemberAdd", add(2));
        leader.work("raft");
        cluster.deliver();
        cluster.letWork("raft", "wal");
        cluster.deliver();
        leader.work("raft", "wal", "apply");
        assertThat(second.isThere()).as("the leader knows of the second change").isTrue();
        assertThat(members(late)).as("the late one does not").isEqualTo(4);
        var third = late.<MemberAddResponse>call("MemberAdd", add(3));

        assertThat(third.awaitRefusal()).startsWith("etcdserver: request timed out");
        assertThat(members(leader)).isEqualTo(5);
        late.<PutResponse>call("Put", PUT).await();
    }

    private static int members(Member at) throws Exception {
        return at.<MemberListResponse>call("MemberList", MemberListRequest.getDefaultInstance())
                .await()
                .getMembersCount();
    }

    private static MemberAddRequest add(int number) {
        return MemberAddRequest.newBuilder()
                .addPeerURLs("http://127.0.0.1:" + (20_000 + number))
                .build();
    }
}
