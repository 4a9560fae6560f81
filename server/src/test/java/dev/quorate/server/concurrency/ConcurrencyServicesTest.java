package dev.quorate.server.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.mvccpb.KeyValue;
import dev.quorate.proto.v3electionpb.CampaignRequest;
import dev.quorate.proto.v3electionpb.CampaignResponse;
import dev.quorate.proto.v3electionpb.LeaderKey;
import dev.quorate.proto.v3electionpb.LeaderRequest;
import dev.quorate.proto.v3electionpb.LeaderResponse;
import dev.quorate.proto.v3electionpb.ProclaimRequest;
import dev.quorate.proto.v3electionpb.ResignRequest;
import dev.quorate.proto.v3lockpb.LockRequest;
import dev.quorate.proto.v3lockpb.LockResponse;
import dev.quorate.proto.v3lockpb.UnlockRequest;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Cancellation;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import dev.quorate.server.watch.HubFixture;
import dev.quorate.server.watch.MemoryHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConcurrencyServicesTest {
    private final HubFixture hub = new HubFixture();
    private final MemoryKv kv = new MemoryKv(hub);
    private final List<Rpc> methods =
            Stream.of(
                            LockService.methods(kv, hub.hub, hub.gate),
                            ElectionService.methods(kv, hub.hub, hub.gate))
                    .flatMap(List::stream)
                    .toList();

    /** One call and its one answer. */
    private final class Asked implements Reply {
        final Cancellation cancellation = new Cancellation();
        final Call call = new Call(null, null, false, "unknown", Long.MAX_VALUE, cancellation);
        private int answers;
        private Payload response;
        private StatusException refusal;

        @SuppressWarnings("unchecked")
        <Q extends MessageLite> Asked(String method, Q request) {
            var rpc = (Rpc.Unary<Q>) method(method);
            rpc.handler().handle(call, request, this);
        }

        @Override
        public void succeed(Payload payload) {
            answers++;
            response = payload;
        }

        @Override
        public void fail(StatusException status) {
            answers++;
            refusal = status;
        }

        boolean waits() {
            hub.settle();
            assertThat(answers).isLessThan(2);
            return answers == 0;
        }

        @SuppressWarnings("unchecked")
        <M extends MessageLite> M response() {
            assertThat(waits()).isFalse();
            assertThat(refusal).isNull();
            return (M) response.message();
        }

        StatusException refusal() {
            assertThat(waits()).isFalse();
            assertThat(response).isNull();
            return refusal;
        }
    }

    private Rpc method(String name) {
        return methods.stream().filter(rpc -> rpc.method().equals(name)).findFirst().orElseThrow();
    }

    private Asked lock(String name, long lease) {
        return new Asked(
                "Lock", LockRequest.newBuilder().setName(bytes(name)).setLease(lease).build());
    }

    private Asked unlock(String key) {
        return new Asked("Unlock", UnlockRequest.newBuilder().setKey(bytes(key)).build());
    }

    private Asked campaign(String name, long lease, String value) {
        return new Asked(
                "Campaign",
                CampaignRequest.newBuilder()
                        .setName(bytes(name))
                        .setLease(lease)
                        .setValue(bytes(value))
                        .build());
    }

    private List<String> keys() {
        return hub.history.pairs().stream().map(pair -> pair.getKey().toStringUtf8()).toList();
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static String key(LockResponse response) {
        return response.getKey().toStringUtf8();
    }

    @Test
    void freeLockIsTakenAtOnce() {
        LockResponse locked = lock("l", 0xabc).response();
        assertThat(key(locked)).isEqualTo("l/abc");
        assertThat(locked.getHeader().getRevision()).isEqualTo(2);
        assertThat(locked.getHeader().getClusterId()).isEqualTo(7);
    }

    @Test
    void lockWithoutLeaseGetsASessionOfAMinute() {
        LockResponse locked = lock("l", 0).response();
        assertThat(key(locked)).isEqualTo("l/100");
        assertThat(kv.grantedTtl).isEqualTo(60);
    }

    @Test
    void lockOfTheSameLeaseIsReentrant() {
        lock("l", 1).response();
        LockResponse again = lock("l", 1).response();
        assertThat(key(again)).isEqualTo("l/1");
    }

    @Test
    void locksArePassedOnInOrderOfArrival() {
        lock("l", 1).response();
        var second = lock("l", 2);
        var third = lock("l", 3);
        var other = lock("m", 4);
        assertThat(other.waits()).isFalse();
        assertThat(second.waits()).isTrue();
        assertThat(third.waits()).isTrue();
        unlock("l/1").response();
        LockResponse locked = second.response();
        assertThat(key(locked)).isEqualTo("l/2");
        assertThat(locked.getHeader().getRevision()).isEqualTo(6);
        assertThat(third.waits()).isTrue();
        unlock("l/2").response();
        assertThat(third.waits()).isFalse();
    }

    @Test
    void waiterBehindOneThatGaveUpStillWaits() {
        lock("l", 1).response();
        var second = lock("l", 2);
        var third = lock("l", 3);
        assertThat(third.waits()).isTrue();
        second.cancellation.cancel();
        assertThat(second.refusal().code()).isEqualTo(Code.CANCELLED);
        assertThat(keys()).containsExactly("l/1", "l/3");
        assertThat(third.waits()).isTrue();
        unlock("l/1").response();
        assertThat(third.waits()).isFalse();
    }

    @Test
    void callerThatGoesAwayBeforeItsKeyExistsLeavesNone() {
        lock("l", 1).response();
        kv.holding = true;
        var second = lock("l", 2);
        second.cancellation.cancel();
        assertThat(second.refusal().description()).isEqualTo("context canceled");
        kv.release();
        assertThat(keys()).containsExactly("l/1");
        assertThat(hub.hub.counters().streams()).isZero();
    }

    @Test
    void callThatWasCancelledBeforeItBeganPutsNoKey() {
        var cancellation = new Cancellation();
        cancellation.cancel();
        var call = new Call(null, null, false, "unknown", Long.MAX_VALUE, cancellation);
        var refusals = new ArrayList<StatusException>();
        @SuppressWarnings("unchecked")
        var rpc = (Rpc.Unary<LockRequest>) method("Lock");
        rpc.handler()
                .handle(
                        call,
                        LockRequest.newBuilder().setName(bytes("l")).setLease(1).build(),
                        new Reply() {
                            @Override
                            public void succeed(Payload response) {
                                throw new AssertionError();
                            }

                            @Override
                            public void fail(StatusException refusal) {
                                refusals.add(refusal);
                            }
                        });
        assertThat(refusals).hasSize(1);
        assertThat(keys()).isEmpty();
    }

    @Test
    void keyThatExpiresWhileWaitingIsAnExpiredSession() {
        lock("l", 1).response();
        var second = lock("l", 2);
        assertThat(second.waits()).isTrue();
        hub.write(MemoryHistory.delete("l/2"));
        assertThat(second.waits()).isTrue();
        hub.write(MemoryHistory.delete("l/1"));
        assertThat(second.refusal().description()).isEqualTo("mutex: session is expired");
        assertThat(second.refusal().code()).isEqualTo(Code.UNKNOWN);
    }

    @Test
    void refusalsOfTheStoreKeepTheirTextAndLoseTheirCode() {
        kv.refusal = EtcdError.LEASE_NOT_FOUND.exception();
        var refusal = lock("l", 1).refusal();
        assertThat(refusal.code()).isEqualTo(Code.UNKNOWN);
        assertThat(refusal.description()).isEqualTo("etcdserver: requested lease not found");
        assertThat(unlock("").refusal().description()).isEqualTo("etcdserver: key is not provided");
    }

    @Test
    void waitingReleasesItsWatches() {
        lock("l", 1).response();
        var second = lock("l", 2);
        assertThat(second.waits()).isTrue();
        assertThat(hub.hub.counters().watchers()).isEqualTo(1);
        unlock("l/1").response();
        second.response();
        hub.settle();
        assertThat(hub.hub.counters().watchers()).isZero();
        assertThat(hub.hub.counters().streams()).isZero();
    }

    @Test
    void stoppingTheHubRefusesWaiters() {
        lock("l", 1).response();
        var second = lock("l", 2);
        assertThat(second.waits()).isTrue();
        hub.hub.close();
        assertThat(second.refusal()).isEqualTo(EtcdError.STOPPED.exception());
        assertThat(lock("l", 3).refusal()).isEqualTo(EtcdError.STOPPED.exception());
    }

    @Test
    void campaignIsWonByTheOldestCandidate() {
        CampaignResponse first = campaign("e", 0xa, "one").response();
        assertThat(first.getLeader())
                .isEqualTo(
                        LeaderKey.newBuilder()
                                .setName(bytes("e"))
                                .setKey(bytes("e/a"))
                                .setRev(2)
                                .setLease(0xa)
                                .build());
        var second = campaign("e", 0xb, "two");
        assertThat(second.waits()).isTrue();
        new Asked("Resign", ResignRequest.newBuilder().setLeader(first.getLeader()).build())
                .response();
        CampaignResponse won = second.response();
        assertThat(won.getLeader().getRev()).isEqualTo(3);
        assertThat(won.getHeader().getRevision()).isEqualTo(3);
    }

    @Test
    void campaignOfTheSameLeaseProclaimsItsNewValue() {
        campaign("e", 0xa, "one").response();
        CampaignResponse again = campaign("e", 0xa, "two").response();
        assertThat(again.getLeader().getRev()).isEqualTo(2);
        assertThat(hub.history.pairs().getFirst().getValue()).isEqualTo(bytes("two"));
    }

    @Test
    void candidateThatGoesAwayResigns() {
        campaign("e", 0xa, "one").response();
        var second = campaign("e", 0xb, "two");
        assertThat(second.waits()).isTrue();
        second.cancellation.cancel();
        assertThat(second.refusal().code()).isEqualTo(Code.CANCELLED);
        assertThat(keys()).containsExactly("e/a");
    }

    @Test
    void leaderIsTheOldestKeyOrNone() {
        var request = LeaderRequest.newBuilder().setName(bytes("e")).build();
        var none = new Asked("Leader", request).refusal();
        assertThat(none).isEqualTo(EtcdError.ELECTION_NO_LEADER.exception());
        campaign("e", 0xb, "one").response();
        campaign("e", 0xa, "two");
        LeaderResponse leader = new Asked("Leader", request).response();
        assertThat(leader.getKv().getValue()).isEqualTo(bytes("one"));
    }

    @Test
    void proclaimNeedsALeaderWhoStillLeads() {
        var missing = new Asked("Proclaim", ProclaimRequest.getDefaultInstance()).refusal();
        assertThat(missing.description()).isEqualTo("\"leader\" field must be provided");
        CampaignResponse won = campaign("e", 0xa, "one").response();
        var request =
                ProclaimRequest.newBuilder()
                        .setLeader(won.getLeader())
                        .setValue(bytes("two"))
                        .build();
        new Asked("Proclaim", request).response();
        assertThat(hub.history.pairs().getFirst().getValue()).isEqualTo(bytes("two"));
        hub.write(MemoryHistory.delete("e/a"));
        assertThat(new Asked("Proclaim", request).refusal())
                .isEqualTo(EtcdError.ELECTION_NOT_LEADER.exception());
    }

    @Test
    void resignOfAnOldLeaderIsHarmless() {
        assertThat(new Asked("Resign", ResignRequest.getDefaultInstance()).refusal())
                .isEqualTo(EtcdError.ELECTION_LEADER_FIELD.exception());
        CampaignResponse won = campaign("e", 0xa, "one").response();
        var old = won.getLeader().toBuilder().setRev(1).build();
        new Asked("Resign", ResignRequest.newBuilder().setLeader(old).build()).response();
        assertThat(keys()).containsExactly("e/a");
    }

    /** An observer that reads as much as the test lets it. */
    private final class Observer implements Outlet {
        final Cancellation cancellation = new Cancellation();
        final ArrayList<LeaderResponse> seen = new ArrayList<>();
        final ArrayList<Runnable> actions = new ArrayList<>();
        boolean writable = true;
        boolean finished;
        StatusException status;

        @SuppressWarnings("unchecked")
        Observer(String name, boolean requireLeader) {
            var call = new Call(null, null, requireLeader, "unknown", Long.MAX_VALUE, cancellation);
            ((Rpc.ServerStream<LeaderRequest>) method("Observe"))
                    .handler()
                    .handle(call, LeaderRequest.newBuilder().setName(bytes(name)).build(), this);
        }

        List<String> seen() {
            hub.settle();
            var values =
                    seen.stream()
                            .map(LeaderResponse::getKv)
                            .map(KeyValue::getValue)
                            .map(ByteString::toStringUtf8)
                            .toList();
            seen.clear();
            return values;
        }

        @Override
        public void send(Payload message) {
            seen.add((LeaderResponse) message.message());
        }

        @Override
        public boolean isWritable() {
            return writable;
        }

        @Override
        public void onWritable(Runnable action) {
            actions.add(action);
        }

        @Override
        public void finish() {
            finished = true;
        }

        @Override
        public void fail(StatusException refusal) {
            status = refusal;
        }
    }

    @Test
    void observerSeesTheLeaderHisWordsAndHisSuccessor() {
        var observer = new Observer("e", false);
        assertThat(observer.seen()).isEmpty();
        CampaignResponse won = campaign("e", 0xa, "one").response();
        hub.settle();
        assertThat(observer.seen.getFirst().getHeader().getRevision()).isEqualTo(2);
        assertThat(observer.seen()).containsExactly("one");
        campaign("e", 0xb, "two");
        assertThat(observer.seen()).isEmpty();
        campaign("e", 0xa, "one more").response();
        assertThat(observer.seen()).containsExactly("one more");
        new Asked("Resign", ResignRequest.newBuilder().setLeader(won.getLeader()).build())
                .response();
        assertThat(observer.seen()).containsExactly("two");
        hub.write(MemoryHistory.delete("e/b"));
        assertThat(observer.seen()).isEmpty();
        campaign("e", 0xc, "three");
        assertThat(observer.seen()).containsExactly("three");
        observer.cancellation.cancel();
        hub.settle();
        assertThat(hub.hub.counters().streams()).isZero();
    }

    @Test
    void observerWhoReadsSlowlyGetsTheNewestWord() {
        campaign("e", 0xa, "one").response();
        var observer = new Observer("e", false);
        assertThat(observer.seen()).containsExactly("one");
        observer.writable = false;
        for (var word : List.of("two", "three", "four")) {
            campaign("e", 0xa, word).response();
        }
        assertThat(observer.seen()).isEmpty();
        assertThat(observer.actions).hasSize(1);
        observer.writable = true;
        observer.actions.getFirst().run();
        assertThat(observer.seen()).containsExactly("four");
    }

    @Test
    void observerWhoNeedsALeaderIsToldWhenThereIsNone() {
        campaign("e", 0xa, "one").response();
        var observer = new Observer("e", true);
        assertThat(observer.seen()).containsExactly("one");
        hub.hub.leaderLost();
        hub.settle();
        assertThat(observer.status).isEqualTo(EtcdError.NO_LEADER.exception());
        assertThat(observer.finished).isFalse();
    }
}
