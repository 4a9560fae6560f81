package dev.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.etcdserverpb.LeaseGrantResponse;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.store.lease.Leases;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeaseRulesTest {
    private final Fixture fixture = Fixture.opened();

    private Leases leases() {
        return fixture.machine.leases();
    }

    private Outcome grant(long id, long ttl) {
        return fixture.apply(r -> r.getLeaseGrantBuilder().setID(id).setTTL(ttl));
    }

    private Outcome put(String key, long lease) {
        return fixture.apply(
                r -> r.getPutBuilder().setKey(ByteString.copyFromUtf8(key)).setLease(lease));
    }

    private static void refused(Outcome outcome, EtcdError error) {
        assertThat(outcome).isEqualTo(new Outcome.Refused(error.exception(), false));
    }

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void grantsFollowTheRules() {
        refused(grant(0, 10), EtcdError.LEASE_NOT_FOUND);
        refused(grant(1, 9_000_000_001L), EtcdError.LEASE_TTL_TOO_LARGE);
        Outcome.Done done = (Outcome.Done) grant(1, -5);
        assertThat(((LeaseGrantResponse) done.response()).getTTL()).isEqualTo(2);
        refused(grant(1, 10), EtcdError.LEASE_EXIST);
        refused(fixture.apply(r -> r.getLeaseRevokeBuilder().setID(9)), EtcdError.LEASE_NOT_FOUND);
        refused(put("k", 9), EtcdError.LEASE_NOT_FOUND);
        refused(
                fixture.apply(r ->
                        r.getTxnBuilder()
                                .addSuccess(
                                        RequestOp.newBuilder()
                                                .setRequestPut(
                                                        PutRequest.newBuilder()
                                                                .setKey(
                                                                        ByteString.copyFromUtf8(
                                                                                "k"))
                                                                .setLease(9)))),
                EtcdError.LEASE_NOT_FOUND);
    }

    @Test
    void revokingDeletesTheKeysAttachedLastInOneRevision() {
        grant(1, 60);
        grant(2, 60);
        put("b", 1);
        put("a", 1);
        put("c", 1);
        put("c", 2);
        put("d", 1);
        put("d", 0);
        long revision = fixture.endBatch().revision();
        fixture.apply(r -> r.getLeaseRevokeBuilder().setID(1));
        Batch batch = fixture.endBatch();
        assertThat(batch.revision()).isEqualTo(revision + 1);
        assertThat(batch.changes()).extracting(c -> new String(c.key())).containsExactly("a", "b");
        assertThat(leases().list()).containsExactly(2L);
    }

    @Test
    void ignoreLeaseKeepsItAndIgnoreValueToo() {
        grant(1, 60);
        refused(
                fixture.apply(r ->
                        r.getPutBuilder()
                                .setKey(ByteString.copyFromUtf8("a"))
                                .setIgnoreLease(true)),
                EtcdError.KEY_NOT_FOUND);
        put("a", 1);
        fixture.apply(
                r -> r.getPutBuilder().setKey(ByteString.copyFromUtf8("a")).setIgnoreLease(true));
        assertThat(leases().keys(1)).hasSize(1);
        fixture.apply(
                r -> r.getPutBuilder().setKey(ByteString.copyFromUtf8("a")).setIgnoreValue(true));
        assertThat(leases().keys(1)).isEmpty();
    }

    @Test
    void clocksRunOnlyWherePromoted() throws Exception {
        grant(1, 10);
        assertThat(leases().expired(fixture.nanos + seconds(1_000_000), 10)).isEmpty();
        assertThat(leases().timeToLive(1, fixture.nanos).remainingSeconds()).isEqualTo(-1);
        assertThatThrownBy(() -> leases().renew(1, fixture.nanos))
                .isSameAs(EtcdError.NOT_PRIMARY_LESSOR.exception());
        leases().promote(seconds(1), fixture.nanos);
        assertThat(leases().timeToLive(1, fixture.nanos).remainingSeconds()).isEqualTo(11);
        fixture.nanos += seconds(10);
        assertThat(leases().expired(fixture.nanos, 10)).isEmpty();
        assertThat(leases().renew(1, fixture.nanos)).isEqualTo(10);
        fixture.nanos += seconds(9);
        assertThat(leases().expired(fixture.nanos, 10)).isEmpty();
        fixture.nanos += seconds(1);
        assertThat(leases().expired(fixture.nanos, 10)).containsExactly(1L);
        assertThat(leases().renew(1, fixture.nanos)).isZero();
        assertThat(leases().expired(fixture.nanos, 10)).isEmpty();
        fixture.nanos += seconds(3);
        assertThat(leases().expired(fixture.nanos, 10)).containsExactly(1L);
        fixture.apply(r -> r.getLeaseRevokeBuilder().setID(1));
        fixture.nanos += seconds(3);
        assertThat(leases().expired(fixture.nanos, 10)).isEmpty();
        assertThatThrownBy(() -> leases().renew(1, fixture.nanos))
                .isSameAs(EtcdError.LEASE_NOT_FOUND.exception());
        assertThat(leases().timeToLive(1, fixture.nanos)).isNull();
    }

    @Test
    void aPromotionSpreadsManyExpiries() {
        for (int i = 1; i <= 3000; i++) {
            grant(i, 10);
        }
        leases().promote(0, fixture.nanos);
        int first = leases().expired(fixture.nanos + seconds(11), 10_000).size();
        assertThat(first).isBetween(700, 800);
        int rest = leases().expired(fixture.nanos + seconds(11) - 1, 10_000).size();
        assertThat(rest).isZero();
        leases().demote();
        assertThat(leases().expired(fixture.nanos + seconds(1000), 10_000)).isEmpty();
    }

    @Test
    void checkpointsShortenTheNextLeadersClock() {
        fixture.checkpoints = true;
        fixture.open();
        fixture.apply(r -> r.getClusterVersionSetBuilder().setVer("3.7.0"));
        grant(1, 3600);
        leases().promote(0, fixture.nanos);
        fixture.nanos += seconds(300);
        assertThat(leases().checkpoints(fixture.nanos, 10))
                .containsExactly(new Leases.Checkpoint(1, 3300));
        fixture.apply(r ->
                r.getLeaseCheckpointBuilder()
                        .addCheckpointsBuilder()
                        .setID(1)
                        .setRemainingTTL(3300));
        assertThat(leases().renewNeedsCheckpoint(1)).isTrue();
        fixture.commit();
        Leases other = fixture.crashed().machine.leases();
        other.promote(0, fixture.nanos);
        assertThat(other.timeToLive(1, fixture.nanos).remainingSeconds()).isEqualTo(3300);
        assertThat(other.timeToLive(1, fixture.nanos).grantedTtlSeconds()).isEqualTo(3600);
    }

    @Test
    void attachmentsSurviveARestart() {
        grant(1, 60);
        put("a", 1);
        put("b", 1);
        put("b", 0);
        fixture.commit();
        assertThat(fixture.crashed().machine.leases().keys(1))
                .usingElementComparator(java.util.Arrays::compare)
                .containsExactly("a".getBytes());
    }
}
