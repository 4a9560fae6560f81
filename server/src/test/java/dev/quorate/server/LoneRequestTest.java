package dev.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.server.HandCluster.Member;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With one request under way whoever brings something to the raft loop takes its turn (docs/adr/0014); with more the loop's thread makes batches. */
class LoneRequestTest {
    private static final ByteString KEY = ByteString.copyFromUtf8("k");
    private static final PutRequest PUT = PutRequest.newBuilder().setKey(KEY).build();
    private static final RangeRequest GET = RangeRequest.newBuilder().setKey(KEY).build();

    private HandCluster cluster;
    private Member leader;
    private Member follower;

    @BeforeEach
    void serve() throws Exception {
        cluster = new HandCluster(3, UnaryOperator.identity());
        leader = cluster.serving();
        follower = cluster.otherThan(leader);
        cluster.workFor(Duration.ofMillis(300));
        quiet();
    }

    /** Until nobody has anything to say. */
    private void quiet() throws Exception {
        while (cluster.deliver() > 0) {
            cluster.letWork();
        }
        cluster.letWork();
    }

    @Test
    void aLonePutIsSentAndAppliedByWhoeverBringsIt() throws Exception {
        var put = leader.<PutResponse>call("Put", PUT);
        assertThat(cluster.deliver()).as("sent before any loop worked").isEqualTo(2);
        assertThat(put.isThere()).isFalse();
        cluster.letWork("wal");
        assertThat(cluster.deliver()).as("acknowledged after the write").isEqualTo(2);
        assertThat(put.isThere()).as("applied when the quorum was known").isTrue();
    }

    @Test
    void aLoneReadIsConfirmedAndAnsweredByMessagesAlone() throws Exception {
        leader.call("Put", PUT).await();
        quiet();
        var get = follower.<RangeResponse>call("Range", GET);
        for (int step = 0; step < 4; step++) {
            assertThat(get.isThere()).isFalse();
            assertThat(cluster.deliver()).isPositive();
        }
        assertThat(get.isThere()).isTrue();
        assertThat(get.await().getCount()).isEqualTo(1);
    }

    @Test
    void manyPutsAreOneBatchOfTheLoop() throws Exception {
        var first = leader.<PutResponse>call("Put", PUT);
        assertThat(cluster.underWay()).isEqualTo(2);
        var second = leader.<PutResponse>call("Put", PUT);
        var third = leader.<PutResponse>call("Put", PUT);
        assertThat(cluster.underWay()).as("left to the loop").isEqualTo(2);
        cluster.letWork("raft");
        assertThat(cluster.underWay()).as("sent together").isEqualTo(4);
        first.await();
        second.await();
        third.await();
    }
}
