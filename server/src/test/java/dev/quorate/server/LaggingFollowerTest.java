package dev.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.server.HandCluster.Member;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A follower is so far behind that the log does not reach back to what it lacks. */
class LaggingFollowerTest {
    private static final int PUTS = 300;
    private static final int SNAPSHOT_COUNT = 50;

    /** Bookkeeping of the member itself; far less than the keys, each of which a snapshot reads twice. */
    private static final long SCANNED_MAX = PUTS / 10;

    @Test
    void catchesUpBySnapshotWhichTheApplyLoopOfTheLeaderDoesNotRead() throws Exception {
        HandCluster cluster =
                new HandCluster(
                        3,
                        config ->
                                config.withRaft(
                                        config.raft()
                                                .withSnapshots(SNAPSHOT_COUNT, SNAPSHOT_COUNT)));
        Member leader = cluster.serving();
        Member follower =
                cluster.members.stream().filter(m -> m != leader).findFirst().orElseThrow();
        follower.cutOff = true;
        for (int i = 0; i < PUTS; i++) {
            ByteString key = ByteString.copyFromUtf8("k" + i);
            leader.call("Put", PutRequest.newBuilder().setKey(key).build()).await();
        }
        cluster.workFor(Duration.ofSeconds(1));
        leader.scanned.clear();

        follower.cutOff = false;
        var all =
                RangeRequest.newBuilder()
                        .setKey(ByteString.copyFrom(new byte[1]))
                        .setRangeEnd(ByteString.copyFrom(new byte[1]))
                        .setCountOnly(true)
                        .build();
        cluster.workUntil(() -> follower.status().getLeader() != 0);
        assertThat(follower.<RangeResponse>call("Range", all).await().getCount()).isEqualTo(PUTS);
        assertThat(leader.scanned.getOrDefault("", 0L))
                .as("read by the one who sends it")
                .isGreaterThanOrEqualTo(PUTS);
        leader.scanned.remove("");
        assertThat(leader.scanned.values()).as("%s", leader.scanned).allMatch(n -> n < SCANNED_MAX);
    }
}
