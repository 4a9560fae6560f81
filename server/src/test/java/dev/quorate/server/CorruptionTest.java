package dev.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.quorate.proto.etcdserverpb.CompactionRequest;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.server.HandCluster.Member;
import dev.quorate.server.boot.StartException;
import dev.quorate.server.config.Checks;
import dev.quorate.server.config.Feature;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.RevisionKey;
import dev.quorate.storage.engine.WriteBatch;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** One member's keys differ from the others': the checks find out whose. */
class CorruptionTest {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final int KEYS = 20;

    private static ServerConfig periodic(ServerConfig config) {
        return config.withChecks(checks(INTERVAL, Duration.ofMinutes(1)))
                .withFeatures(config.features().with(Feature.COMPACT_HASH_CHECK, false));
    }

    private static ServerConfig atCompactions(ServerConfig config) {
        return config.withChecks(checks(Duration.ZERO, INTERVAL));
    }

    private static Checks checks(Duration periodic, Duration compactions) {
        Checks defaults = Checks.defaults();
        return new Checks(
                periodic,
                compactions,
                defaults.downgradeCheckInterval(),
                defaults.warningApply(),
                defaults.warningUnaryRequest(),
                defaults.watchProgressNotifyInterval());
    }

    @Test
    void thePeriodicCheckBlamesTheFollowerThatDiffers() throws Exception {
        HandCluster cluster = new HandCluster(3, CorruptionTest::periodic);
        Member leader = filled(cluster);
        cluster.workFor(INTERVAL.multipliedBy(3));
        assertThat(alarms(leader)).as("while all are equal").isEmpty();

        Member follower = other(cluster, leader);
        damage(follower);
        cluster.workUntil(() -> !alarms(leader).isEmpty());
        assertThat(alarms(leader)).containsExactly(corrupt(follower.id()));
        assertStops(cluster, leader);
    }

    @Test
    void compactionsBlameAFollowerThatDiffers() throws Exception {
        HandCluster cluster = new HandCluster(3, CorruptionTest::atCompactions);
        Member leader = filled(cluster);
        compact(leader, 5);
        cluster.workFor(INTERVAL.multipliedBy(3));
        assertThat(alarms(leader)).as("while all are equal").isEmpty();

        Member follower = other(cluster, leader);
        damage(follower);
        compact(leader, KEYS / 2);
        cluster.workUntil(() -> !alarms(leader).isEmpty());
        assertThat(alarms(leader)).containsExactly(corrupt(follower.id()));
        assertStops(cluster, leader);
    }

    @Test
    void compactionsBlameTheLeaderIfItDiffers() throws Exception {
        HandCluster cluster = new HandCluster(3, CorruptionTest::atCompactions);
        Member leader = filled(cluster);
        damage(leader);
        compact(leader, KEYS / 2);
        cluster.workUntil(() -> !alarms(leader).isEmpty());
        assertThat(alarms(leader)).containsExactly(corrupt(leader.id()));
    }

    @Test
    void aSilentMemberIsNotBlamed() throws Exception {
        HandCluster cluster = new HandCluster(3, CorruptionTest::atCompactions);
        Member leader = filled(cluster);
        Member follower = other(cluster, leader);
        follower.cutOff = true;
        compact(leader, KEYS / 2);
        cluster.workFor(Duration.ofSeconds(40));
        assertThat(alarms(leader)).isEmpty();
    }

    @Test
    void aMemberThatDiffersDoesNotStart() throws Exception {
        HandCluster cluster =
                new HandCluster(
                        3,
                        config ->
                                config.withFeatures(
                                        config.features()
                                                .with(Feature.INITIAL_CORRUPT_CHECK, true)));
        Member leader = filled(cluster);
        Member follower = other(cluster, leader);
        follower.server().close();
        follower.start();
        cluster.workFor(Duration.ofSeconds(1));

        follower.server().close();
        damage(follower);
        assertThatThrownBy(follower::start)
                .isInstanceOf(StartException.class)
                .hasMessageContaining("found data inconsistency with peers");
    }

    private static Member filled(HandCluster cluster) throws Exception {
        Member leader = cluster.serving();
        for (int i = 0; i < KEYS; i++) {
            leader.call(
                            "Put",
                            PutRequest.newBuilder()
                                    .setKey(ByteString.copyFromUtf8("key" + i))
                                    .setValue(ByteString.copyFromUtf8("value"))
                                    .build())
                    .await();
        }
        cluster.workFor(Duration.ofSeconds(1));
        return leader;
    }

    private static void compact(Member member, long revision) throws Exception {
        member.call("Compact", CompactionRequest.newBuilder().setRevision(revision).build())
                .await();
    }

    private static Member other(HandCluster cluster, Member leader) {
        return cluster.members.stream()
                .filter(member -> member != leader)
                .findFirst()
                .orElseThrow();
    }

    /** Exchanges the value of one record behind the member's back. */
    private static void damage(Member member) throws Exception {
        byte[] key = RevisionKey.encode(KEYS / 4, 0, false);
        byte[] value;
        try (var view = member.engine.read()) {
            value = Objects.requireNonNull(view.get(Bucket.KEY, key)).clone();
        }
        value[value.length - 1] ^= 1;
        WriteBatch batch = new WriteBatch();
        batch.put(Bucket.KEY, key, value);
        member.engine.commit(batch);
    }

    private static String corrupt(long id) {
        return "memberID:" + Long.toUnsignedString(id) + " alarm:CORRUPT";
    }

    private static List<String> alarms(Member member) {
        return member.status().getErrorsList();
    }

    private static void assertStops(HandCluster cluster, Member leader) throws Exception {
        for (Member member : cluster.members) {
            cluster.workUntil(() -> !alarms(member).isEmpty());
            assertThat(
                            member.call(
                                            "Put",
                                            PutRequest.newBuilder()
                                                    .setKey(ByteString.copyFromUtf8("k"))
                                                    .build())
                                    .awaitRefusal())
                    .isEqualTo("etcdserver: corrupt cluster");
        }
        RangeResponse read =
                leader.<RangeResponse>call(
                                "Range",
                                RangeRequest.newBuilder()
                                        .setKey(ByteString.copyFromUtf8("key1"))
                                        .build())
                        .await();
        assertThat(read.getCount()).as("reads go on, as in etcd").isEqualTo(1);
    }
}
