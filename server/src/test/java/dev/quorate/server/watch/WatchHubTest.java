package dev.quorate.server.watch;

import static dev.quorate.server.watch.HubFixture.key;
import static dev.quorate.server.watch.HubFixture.range;
import static dev.quorate.server.watch.MemoryHistory.delete;
import static dev.quorate.server.watch.MemoryHistory.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest.FilterType;
import dev.quorate.proto.etcdserverpb.WatchRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The corners of the Watch service, each by name. */
class WatchHubTest {
    private HubFixture hub = new HubFixture();

    @Test
    void headerCarriesClusterMemberRevisionAndTerm() {
        var client = hub.client().create(key("a"));
        hub.settle();
        hub.put("a", "1");
        hub.settle();
        for (int i = 0; i < 2; i++) {
            var header = client.outlet.poll().getHeader();
            assertThat(header.getClusterId()).isEqualTo(-77);
            assertThat(header.getMemberId()).isEqualTo(88);
            assertThat(header.getRaftTerm()).isEqualTo(2);
        }
    }

    @Test
    void headerFollowsTheTerm() {
        var client = hub.client().create(key("a"));
        hub.settle();
        hub.put("a", "1");
        hub.settle();
        hub.term = 9;
        hub.put("a", "2");
        hub.settle();
        client.outlet.poll();
        assertThat(client.outlet.poll().getHeader().getRaftTerm()).isEqualTo(2);
        assertThat(client.outlet.poll().getHeader().getRaftTerm()).isEqualTo(9);
    }

    @Test
    void watchFromNowSeesWhatComesAfterCreated() {
        hub.put("a", "0");
        var client = hub.client().create(key("a"));
        assertThat(client.received()).containsExactly("#0 rev=2 created");
        hub.put("a", "1");
        hub.put("b", "1");
        hub.delete("a");
        assertThat(client.received()).containsExactly("#0 rev=5 PUT a=1 (2/3/2) DELETE a= (0/5/0)");
    }

    @Test
    void everyTransactionIsOneResponseWhenTheHubKeepsUp() {
        var client = hub.client().create(range("a", "z"));
        client.received();
        hub.write(put("a", "1"), put("b", "1"));
        assertThat(client.received()).containsExactly("#0 rev=2 PUT a=1 (2/2/1) PUT b=1 (2/2/1)");
        hub.write(put("c", "1"), delete("a"));
        assertThat(client.received()).containsExactly("#0 rev=3 PUT c=1 (3/3/1) DELETE a= (0/3/0)");
    }

    @Test
    void headerRevisionIsThatOfTheLastEvent() {
        var client = hub.client().create(key("a"));
        client.received();
        hub.put("a", "1");
        hub.put("b", "1");
        assertThat(client.received()).containsExactly("#0 rev=2 PUT a=1 (2/2/1)");
    }

    @Test
    void createdAreAnsweredInRequestOrderAndBeforeEvents() {
        hub.put("a", "1");
        var client = hub.client();
        client.create(key("a").setStartRevision(1)).create(key("b")).create(key("c"));
        assertThat(client.received())
                .containsExactly(
                        "#0 rev=2 created",
                        "#1 rev=2 created",
                        "#2 rev=2 created",
                        "#0 rev=2 PUT a=1 (2/2/1)");
    }

    @Test
    void pastStartIsReplayed() {
        hub.put("a", "1");
        hub.put("b", "1");
        hub.put("a", "2");
        hub.delete("a");
        hub.put("b", "2");
        var client = hub.client().create(key("a").setStartRevision(3));
        assertThat(client.received())
                .containsExactly("#0 rev=6 created", "#0 rev=6 PUT a=2 (2/4/2) DELETE a= (0/5/0)");
        hub.put("a", "3");
        assertThat(client.received()).containsExactly("#0 rev=7 PUT a=3 (7/7/1)");
    }

    @Test
    void replayReadsBoundedRoundsOfWholeRevisions() {
        hub = new HubFixture(WatchOptions.defaults().withCatchUpRevisions(2), 1);
        for (int i = 0; i < 5; i++) {
            hub.write(put("a", "" + i), put("b", "" + i));
        }
        var client = hub.client().create(range("a", "c").setStartRevision(1));
        var received = client.received();
        assertThat(received).hasSize(4);
        assertThat(received.get(1)).startsWith("#0 rev=3 PUT a=0").endsWith("PUT b=1 (2/3/2)");
        assertThat(received.get(2)).startsWith("#0 rev=5 PUT a=2");
        assertThat(received.get(3)).startsWith("#0 rev=6 PUT a=4");
    }

    @Test
    void futureStartWaits() {
        var client = hub.client().create(key("a").setStartRevision(4));
        assertThat(client.received()).containsExactly("#0 rev=1 created");
        hub.put("a", "1");
        hub.put("a", "2");
        assertThat(client.received()).isEmpty();
        hub.put("a", "3");
        hub.put("a", "4");
        assertThat(client.received()).containsExactly("#0 rev=5 PUT a=3 (2/4/3) PUT a=4 (2/5/4)");
    }

    @Test
    void futureStartInsideOneDeliveryCutsTheEarlierEvents() {
        var client = hub.client().create(key("a").setStartRevision(3)).create(key("a"));
        client.received();
        hub.put("a", "1");
        hub.put("a", "2");
        assertThat(client.received())
                .containsExactlyInAnyOrder(
                        "#0 rev=3 PUT a=2 (2/3/2)", "#1 rev=3 PUT a=1 (2/2/1) PUT a=2 (2/3/2)");
    }

    @Test
    void emptyKeyIsTheZeroKey() {
        var client = hub.client().create(key("")).create(range("", "\0"));
        client.received();
        hub.put("x", "1");
        hub.put("\0", "1");
        assertThat(client.received())
                .containsExactlyInAnyOrder(
                        "#0 rev=3 PUT \0=1 (3/3/1)", "#1 rev=3 PUT x=1 (2/2/1) PUT \0=1 (3/3/1)");
    }

    @Test
    void rangeEndZeroWatchesEverythingFromTheKey() {
        var client = hub.client().create(range("m", "\0"));
        client.received();
        hub.put("l", "1");
        hub.put("m", "1");
        hub.put("zzz", "1");
        assertThat(client.received()).containsExactly("#0 rev=4 PUT m=1 (3/3/1) PUT zzz=1 (4/4/1)");
    }

    @Test
    void prevKvShowsThePairBefore() {
        var client = hub.client().create(key("a").setPrevKv(true)).create(key("a"));
        client.received();
        hub.put("a", "1");
        hub.put("a", "2");
        hub.delete("a");
        assertThat(client.received())
                .containsExactlyInAnyOrder(
                        "#0 rev=4 PUT a=1 (2/2/1) PUT a=2 (2/3/2) prev a=1 (2/2/1)"
                                + " DELETE a= (0/4/0) prev a=2 (2/3/2)",
                        "#1 rev=4 PUT a=1 (2/2/1) PUT a=2 (2/3/2) DELETE a= (0/4/0)");
    }

    @Test
    void prevKvIsAbsentWhenCompacted() {
        hub.put("a", "1");
        hub.put("a", "2");
        hub.history.compact(3);
        var client = hub.client().create(key("a").setPrevKv(true).setStartRevision(3));
        assertThat(client.received())
                .containsExactly("#0 rev=3 created", "#0 rev=3 PUT a=2 (2/3/2)");
    }

    @Test
    void filtersLeaveOutAndSendNothingEmpty() {
        var client =
                hub.client()
                        .create(key("a").addFilters(FilterType.NOPUT))
                        .create(key("a").addFilters(FilterType.NODELETE))
                        .create(
                                key("a").addFilters(FilterType.NODELETE)
                                        .addFilters(FilterType.NOPUT));
        client.received();
        hub.put("a", "1");
        assertThat(client.received()).containsExactly("#1 rev=2 PUT a=1 (2/2/1)");
        hub.delete("a");
        assertThat(client.received()).containsExactly("#0 rev=3 DELETE a= (0/3/0)");
    }

    @Test
    void idsCountFromZeroAndSkipExplicitOnes() {
        var client = hub.client();
        client.create(key("a").setWatchId(1)).create(key("a")).create(key("a"));
        assertThat(client.received())
                .containsExactly("#1 rev=1 created", "#0 rev=1 created", "#2 rev=1 created");
        client.cancel(0).create(key("a"));
        assertThat(client.received()).containsExactly("#0 rev=1 canceled", "#3 rev=1 created");
    }

    @Test
    void explicitIdMayBeUsedAgainAfterCancel() {
        var client = hub.client().create(key("a").setWatchId(7)).cancel(7);
        client.create(key("a").setWatchId(7));
        assertThat(client.received())
                .containsExactly("#7 rev=1 created", "#7 rev=1 canceled", "#7 rev=1 created");
    }

    @Test
    void duplicateIdIsRefused() {
        var client = hub.client();
        client.create(key("a").setWatchId(7)).create(key("b").setWatchId(7));
        assertThat(client.received())
                .containsExactly(
                        "#7 rev=1 created",
                        "#-1 rev=1 created canceled"
                                + " reason='mvcc: duplicate watch ID provided on the WatchStream'");
        hub.put("a", "1");
        assertThat(client.received()).containsExactly("#7 rev=2 PUT a=1 (2/2/1)");
    }

    @Test
    void emptyRangeIsRefused() {
        var client = hub.client().create(range("b", "a")).create(range("b", "b"));
        var refused = "#-1 rev=1 created canceled reason='mvcc: watcher range is empty'";
        assertThat(client.received()).containsExactly(refused, refused);
    }

    @Test
    void negativeStartIsRefusedWithoutAskingTheGate() {
        hub.gate = (_, _, _) -> EtcdError.PERMISSION_DENIED.exception();
        var client = hub.client().create(key("a").setStartRevision(-1));
        assertThat(client.received())
                .containsExactly(
                        "#-1 rev=1 created canceled"
                                + " reason='etcdserver: mvcc: required revision has been compacted'");
    }

    @Test
    void gateRefusesWithGoText() {
        hub.gate =
                (_, key, end) ->
                        key[0] == 'a' && end.length == 0
                                ? null
                                : EtcdError.PERMISSION_DENIED.exception();
        var client = hub.client().create(key("a")).create(range("a", "c")).create(range("b", "a"));
        var refused =
                "#-1 rev=1 created canceled reason='rpc error: code = PermissionDenied desc ="
                        + " etcdserver: permission denied'";
        assertThat(client.received()).containsExactly("#0 rev=1 created", refused, refused);
    }

    @Test
    void startBelowCompactionIsCreatedThenCanceledWithoutRevision() {
        for (int i = 0; i < 5; i++) {
            hub.put("a", "" + i);
        }
        hub.history.compact(4);
        var client = hub.client().create(key("a").setStartRevision(3));
        assertThat(client.received())
                .containsExactly("#0 rev=6 created", "#0 rev=0 canceled compact=4");
        hub.put("a", "x");
        assertThat(client.received()).isEmpty();
    }

    @Test
    void theIdOfACompactedWatchIsInUseUntilItIsCancelled() {
        for (int i = 0; i < 5; i++) {
            hub.put("a", "" + i);
        }
        hub.history.compact(4);
        var client = hub.client().create(key("a").setStartRevision(3).setWatchId(7));
        client.received();
        client.create(key("a").setWatchId(7)).cancel(7).cancel(7).create(key("a").setWatchId(7));
        assertThat(client.received())
                .containsExactly(
                        "#-1 rev=6 created canceled reason='mvcc: duplicate watch ID provided on the"
                                + " WatchStream'",
                        "#7 rev=6 canceled",
                        "#7 rev=6 created");
    }

    @Test
    void startAtTheCompactedRevisionIsAllowed() {
        for (int i = 0; i < 4; i++) {
            hub.put("a", "" + i);
        }
        hub.history.compact(4);
        var client = hub.client().create(key("a").setStartRevision(4));
        assertThat(client.received())
                .containsExactly("#0 rev=5 created", "#0 rev=5 PUT a=2 (2/4/3) PUT a=3 (2/5/4)");
    }

    @Test
    void compactionCancelsCursorsThatFellBelow() {
        hub = new HubFixture(WatchOptions.defaults().withPendingBytesMax(0, 0), 1);
        var client = hub.client().create(key("a")).create(key("b"));
        client.received();
        client.outlet.room = 0;
        hub.put("a", "1");
        hub.put("a", "2");
        hub.put("b", "1");
        hub.settle();
        assertThat(hub.hub.counters().slowWatchers()).isEqualTo(2);
        hub.history.compact(3);
        client.outlet.makeRoom(100);
        assertThat(client.received())
                .containsExactlyInAnyOrder(
                        "#0 rev=0 canceled compact=3", "#1 rev=4 PUT b=1 (4/4/1)");
        hub.put("a", "3");
        hub.put("b", "2");
        assertThat(client.received()).containsExactly("#1 rev=6 PUT b=2 (4/6/2)");
    }

    @Test
    void compactionLeavesSyncedWatchesAlone() {
        var client = hub.client().create(key("a"));
        hub.put("b", "1");
        hub.put("b", "2");
        client.received();
        hub.history.compact(3);
        hub.put("a", "1");
        assertThat(client.received()).containsExactly("#0 rev=4 PUT a=1 (4/4/1)");
    }

    @Test
    void cancelIsAnsweredAndUnknownIsNot() {
        var client = hub.client().create(key("a")).cancel(5).cancel(0).cancel(0);
        assertThat(client.received()).containsExactly("#0 rev=1 created", "#0 rev=1 canceled");
        hub.put("a", "1");
        assertThat(client.received()).isEmpty();
        assertThat(hub.hub.counters().watchers()).isZero();
    }

    @Test
    void requestThatAsksNothingIsIgnored() {
        var client = hub.client();
        client.inlet.next(WatchRequest.getDefaultInstance());
        client.create(key("a"));
        assertThat(client.received()).containsExactly("#0 rev=1 created");
    }

    @Test
    void halfClosedStreamGoesOn() {
        var client = hub.client().create(key("a"));
        client.inlet.halfClosed();
        client.received();
        hub.put("a", "1");
        assertThat(client.received()).containsExactly("#0 rev=2 PUT a=1 (2/2/1)");
        assertThat(client.outlet.status).isNull();
    }

    @Test
    void cancelledStreamReleasesEverything() {
        var client = hub.client().create(key("a").setProgressNotify(true)).create(range("a", "b"));
        client.received();
        assertThat(hub.hub.counters().watchers()).isEqualTo(2);
        client.inlet.cancelled();
        hub.settle();
        assertThat(client.outlet.status).isEqualTo(EtcdError.WATCH_CANCELED.exception());
        assertThat(hub.hub.counters().watchers()).isZero();
        assertThat(hub.hub.counters().streams()).isZero();
        hub.put("a", "1");
        hub.nowNanos += 2_000_000_000_000L;
        assertThat(client.received()).isEmpty();
    }

    @Test
    void lostLeaderEndsOnlyStreamsThatAskedForOne() {
        var careful = hub.clientThatNeedsLeader().create(key("a"));
        var careless = hub.client().create(key("a"));
        hub.settle();
        hub.hub.leaderLost();
        hub.settle();
        assertThat(careful.outlet.status).isEqualTo(EtcdError.NO_LEADER.exception());
        assertThat(careless.outlet.status).isNull();
        assertThat(hub.hub.counters().streams()).isEqualTo(1);
    }

    @Test
    void closedHubEndsStreamsAndRefusesNewOnes() {
        var client = hub.client().create(key("a"));
        hub.settle();
        hub.hub.close();
        assertThat(client.outlet.status).isEqualTo(EtcdError.STOPPED.exception());
        var late = hub.client().create(key("a"));
        assertThat(late.outlet.status).isEqualTo(EtcdError.STOPPED.exception());
        assertThat(late.drain()).isEmpty();
    }

    @Test
    void progressRequestIsAnsweredWhenAllAreSynced() {
        hub.put("a", "1");
        var client = hub.client().create(key("a")).create(key("b")).progress();
        assertThat(client.received())
                .containsExactly("#0 rev=2 created", "#1 rev=2 created", "#-1 rev=2");
        hub.put("c", "1");
        client.progress().progress();
        assertThat(client.received()).containsExactly("#-1 rev=3", "#-1 rev=3");
    }

    @Test
    void progressRequestComesAfterTheEventsItCovers() {
        var client = hub.client().create(key("a"));
        client.received();
        hub.put("a", "1");
        client.progress();
        assertThat(client.received()).containsExactly("#0 rev=2 PUT a=1 (2/2/1)", "#-1 rev=2");
    }

    @Test
    void progressRequestWithoutWatchesIsNotAnswered() {
        var client = hub.client().progress();
        assertThat(client.received()).isEmpty();
        client.create(key("a")).cancel(0).progress();
        assertThat(client.received()).containsExactly("#0 rev=1 created", "#0 rev=1 canceled");
    }

    @Test
    void progressRequestIsNotAnsweredWhileOneWatchIsBehind() {
        hub = new HubFixture(WatchOptions.defaults().withCatchUpRevisions(1), 1);
        for (int i = 0; i < 5; i++) {
            hub.put("a", "" + i);
        }
        var client = hub.client().create(key("b")).create(key("a").setStartRevision(1)).progress();
        hub.hub.turn();
        assertThat(client.drain())
                .containsExactly(
                        "#0 rev=6 created", "#1 rev=6 created", "#1 rev=2 PUT a=0 (2/2/1)");
        assertThat(client.received()).hasSize(4).noneMatch(line -> line.startsWith("#-1"));
        client.progress();
        assertThat(client.received()).containsExactly("#-1 rev=6");
    }

    @Test
    void progressRequestIsNotAnsweredBeforeAWatchBegins() {
        var client = hub.client().create(key("a").setStartRevision(3)).progress();
        assertThat(client.received()).containsExactly("#0 rev=1 created");
        hub.put("b", "1");
        hub.put("b", "2");
        client.progress();
        assertThat(client.received()).containsExactly("#-1 rev=3");
    }

    @Test
    void silentWatchIsToldTheRevisionAfterTheIntervalWithJitter() {
        var client = hub.client().create(key("a").setProgressNotify(true)).create(key("a"));
        client.received();
        hub.put("b", "1");
        hub.nowNanos += 599_000_000_000L;
        assertThat(client.received()).isEmpty();
        hub.nowNanos += 61_000_000_000L;
        assertThat(client.received()).containsExactly("#0 rev=2");
        assertThat(client.received()).isEmpty();
        hub.nowNanos += 660_000_000_000L;
        assertThat(client.received()).containsExactly("#0 rev=2");
    }

    @Test
    void busyWatchIsToldNothingForOneInterval() {
        var client = hub.client().create(key("a").setProgressNotify(true));
        client.received();
        hub.put("a", "1");
        client.received();
        hub.nowNanos += 660_000_000_000L;
        assertThat(client.received()).isEmpty();
        hub.nowNanos += 660_000_000_000L;
        assertThat(client.received()).containsExactly("#0 rev=2");
    }

    @Test
    void watchOfTheFutureIsToldNothingBeforeItsStart() {
        var client = hub.client().create(key("a").setProgressNotify(true).setStartRevision(3));
        client.received();
        hub.put("b", "1");
        hub.nowNanos += 660_000_000_000L;
        assertThat(client.received()).isEmpty();
        hub.put("b", "2");
        hub.nowNanos += 660_000_000_000L;
        assertThat(client.received()).containsExactly("#0 rev=3");
    }

    @Test
    void streamsAreSpreadByJitter() {
        var clients = new ArrayList<HubFixture.Client>();
        for (int i = 0; i < 50; i++) {
            clients.add(hub.client().create(key("a").setProgressNotify(true)));
        }
        clients.forEach(HubFixture.Client::received);
        hub.nowNanos += 630_000_000_000L;
        long told = clients.stream().filter(client -> !client.received().isEmpty()).count();
        assertThat(told).isBetween(5L, 45L);
    }

    @Test
    void fragmentsAreMarkedAndBounded() {
        hub = new HubFixture(WatchOptions.defaults().withFragmentBytesMax(400), 1);
        var client = hub.client().create(range("k", "l").setFragment(true)).create(range("k", "l"));
        client.received();
        var ops = new ArrayList<MemoryHistory.Op>();
        for (int i = 0; i < 20; i++) {
            ops.add(put("k" + (10 + i), "v".repeat(i == 3 ? 1000 : 50)));
        }
        hub.write(ops.toArray(MemoryHistory.Op[]::new));
        hub.settle();
        var parts = new ArrayList<WatchResponse>();
        int whole = 0;
        for (var r = client.outlet.poll(); r != null; r = client.outlet.poll()) {
            if (r.getWatchId() == 0) {
                parts.add(r);
            } else {
                whole++;
                assertThat(r.getEventsCount()).isEqualTo(20);
                assertThat(r.getFragment()).isFalse();
            }
        }
        assertThat(whole).isEqualTo(1);
        assertThat(parts).hasSizeGreaterThan(4);
        assertThat(parts.getLast().getFragment()).isFalse();
        assertThat(parts.subList(0, parts.size() - 1)).allMatch(WatchResponse::getFragment);
        assertThat(parts)
                .allMatch(r -> r.getSerializedSize() < 400 || r.getEventsCount() == 1)
                .allMatch(r -> r.getHeader().getRevision() == 2);
        assertThat(parts.stream().mapToInt(WatchResponse::getEventsCount).sum()).isEqualTo(20);
    }

    @Test
    void smallResponseIsNotFragmented() {
        var client = hub.client().create(key("a").setFragment(true));
        client.received();
        hub.put("a", "1");
        assertThat(client.received()).containsExactly("#0 rev=2 PUT a=1 (2/2/1)");
    }

    @Test
    void slowReaderIsServedFromTheBudgetThenFromHistory() {
        hub = new HubFixture(WatchOptions.defaults().withPendingBytesMax(200, 1000), 1);
        var client = hub.client().create(key("a"));
        client.received();
        client.outlet.room = 1;
        for (int i = 0; i < 10; i++) {
            hub.put("a", "" + i);
            hub.settle();
        }
        var counters = hub.hub.counters();
        assertThat(counters.slowWatchers()).isEqualTo(1);
        assertThat(counters.pendingEvents()).isBetween(1L, 8L);
        assertThat(client.drain()).hasSize(1);
        client.outlet.makeRoom(Integer.MAX_VALUE);
        var rest = String.join(" ", client.received());
        for (int i = 1; i < 10; i++) {
            assertThat(rest).containsOnlyOnce("PUT a=" + i + " ");
        }
        assertThat(hub.hub.counters().slowWatchers()).isZero();
        assertThat(hub.hub.counters().pendingEvents()).isZero();
        assertThat(hub.hub.counters().eventsTotal()).isEqualTo(10);
        hub.put("a", "x");
        assertThat(client.received()).containsExactly("#0 rev=12 PUT a=x (2/12/11)");
    }

    @Test
    void slowReaderDoesNotHoldBackOthers() {
        hub = new HubFixture(WatchOptions.defaults().withPendingBytesMax(0, 0), 1);
        var slow = hub.client().create(key("a"));
        var quick = hub.client().create(key("a"));
        slow.received();
        slow.outlet.room = 0;
        hub.put("a", "1");
        assertThat(quick.received()).contains("#0 rev=2 PUT a=1 (2/2/1)");
        assertThat(slow.received()).isEmpty();
    }

    @Test
    void requestsWaitWhileTheClientDoesNotRead() {
        var client = hub.client();
        client.outlet.room = 1;
        client.create(key("a")).create(key("b")).create(key("c"));
        assertThat(client.received()).containsExactly("#0 rev=1 created");
        client.outlet.makeRoom(10);
        assertThat(client.received()).containsExactly("#1 rev=1 created", "#2 rev=1 created");
    }

    @Test
    void floodOfRequestsEndsTheStream() {
        var client = hub.client();
        client.outlet.room = 0;
        var big = WatchCreateRequest.newBuilder().setKey(ByteString.copyFrom(new byte[1 << 20]));
        for (int i = 0; i < 10; i++) {
            client.create(big);
        }
        hub.settle();
        assertThat(client.outlet.status.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(hub.hub.counters().streams()).isZero();
    }

    @Test
    void overflowOfTheRingIsReadFromHistory() {
        hub = new HubFixture(WatchOptions.defaults().withRing(2, 1 << 20), 1);
        var client = hub.client().create(key("a"));
        client.received();
        for (int i = 0; i < 10; i++) {
            hub.put("a", "" + i);
        }
        var text = String.join("\n", client.received());
        for (int i = 0; i < 10; i++) {
            assertThat(text).containsOnlyOnce("PUT a=" + i + " ");
        }
        assertThat(hub.history.reads).isPositive();
    }

    @Test
    void batchThatIsLostLastIsNotForgotten() {
        hub = new HubFixture(WatchOptions.defaults().withRing(1, 1 << 20), 1);
        var client = hub.client().create(key("a"));
        client.received();
        hub.put("a", "1");
        hub.put("a", "2");
        assertThat(client.received())
                .containsExactly("#0 rev=2 PUT a=1 (2/2/1)", "#0 rev=3 PUT a=2 (2/3/2)");
    }

    @Test
    void jumpOfTheStoreIsReadFromHistory() {
        var client = hub.client().create(key("a"));
        client.received();
        hub.history.txn(put("a", "1"));
        hub.history.txn(put("a", "2"));
        hub.hub.skip(3);
        hub.put("a", "3");
        var text = String.join("\n", client.received());
        for (int i = 1; i < 4; i++) {
            assertThat(text).containsOnlyOnce("PUT a=" + i + " ");
        }
    }

    @Test
    void jumpOverACompactionCancelsWatchesThatMissedRevisions() {
        var client = hub.client().create(key("a")).create(key("a").setStartRevision(9));
        client.received();
        for (int i = 0; i < 5; i++) {
            hub.history.txn(put("a", "" + i));
        }
        hub.history.compact(5);
        hub.hub.skip(6);
        assertThat(client.received()).containsExactly("#0 rev=0 canceled compact=5");
        hub.put("a", "x");
        hub.put("a", "y");
        hub.put("a", "z");
        assertThat(client.received()).containsExactly("#1 rev=9 PUT a=z (2/9/8)");
    }

    @Test
    void publishedButNotYetVisibleIsWaitedFor() {
        var client = hub.client().create(key("b"));
        client.received();
        hub.hub.skip(2);
        hub.settle();
        hub.history.txn(put("b", "1"));
        assertThat(client.received()).containsExactly("#0 rev=2 PUT b=1 (2/2/1)");
    }

    @Test
    void progressRequestWaitsUntilTheHubIsWhereTheClientIs() {
        var client = hub.client().create(key("b"));
        client.received();
        hub.hub.skip(2);
        client.progress();
        assertThat(client.received()).isEmpty();
        hub.history.txn(put("b", "1"));
        assertThat(client.received()).containsExactly("#0 rev=2 PUT b=1 (2/2/1)", "#-1 rev=2");
    }

    @Test
    void cursorDoesNotOvertakeTheHub() {
        var changes = hub.history.txn(put("a", "1"));
        var client = hub.client().create(key("a").setStartRevision(1));
        assertThat(client.received()).containsExactly("#0 rev=2 created");
        hub.hub.publish(changes, 2);
        assertThat(client.received()).containsExactly("#0 rev=2 PUT a=1 (2/2/1)");
    }

    @Test
    void batchThatHistoryHasOvertakenInPartIsCut() {
        var client = hub.client().create(key("a"));
        client.received();
        hub.history.txn(put("a", "1"));
        var batch = new ArrayList<>(hub.history.txn(put("a", "2")));
        hub.hub.skip(2);
        assertThat(client.received()).containsExactly("#0 rev=3 PUT a=1 (2/2/1) PUT a=2 (2/3/2)");
        batch.addAll(hub.history.txn(put("a", "3")));
        hub.hub.publish(batch, 4);
        assertThat(client.received()).containsExactly("#0 rev=4 PUT a=3 (2/4/3)");
    }

    @Test
    void largeDeliveryIsCutBetweenRevisions() {
        var client = hub.client().create(range("a", "c"));
        client.received();
        var value = "v".repeat(400_000);
        for (int i = 0; i < 6; i++) {
            hub.write(put("a", value), put("b", value));
        }
        hub.settle();
        var revisions = new ArrayList<List<Long>>();
        for (var r = client.outlet.poll(); r != null; r = client.outlet.poll()) {
            revisions.add(r.getEventsList().stream().map(e -> e.getKv().getModRevision()).toList());
            assertThat(r.getHeader().getRevision()).isEqualTo(revisions.getLast().getLast());
        }
        assertThat(revisions)
                .containsExactly(
                        List.of(2L, 2L, 3L, 3L), List.of(4L, 4L, 5L, 5L), List.of(6L, 6L, 7L, 7L));
    }

    @Test
    void watchesThatFellBehindTogetherReadOnce() {
        hub = new HubFixture(WatchOptions.defaults().withPendingBytesMax(0, 0), 1);
        var client = hub.client();
        for (int i = 0; i < 50; i++) {
            client.create(key("a"));
        }
        client.received();
        client.outlet.room = 0;
        hub.put("a", "1");
        hub.settle();
        assertThat(hub.hub.counters().slowWatchers()).isEqualTo(50);
        int before = hub.history.reads;
        client.outlet.makeRoom(Integer.MAX_VALUE);
        assertThat(client.received()).hasSize(50);
        assertThat(hub.history.reads - before).isEqualTo(1);
    }

    @Test
    void nobodyListeningCostsNothing() {
        for (int i = 0; i < 10; i++) {
            hub.put("a", "" + i);
        }
        hub.settle();
        assertThat(hub.history.reads).isZero();
        var client = hub.client().create(key("a"));
        assertThat(client.received()).containsExactly("#0 rev=11 created");
        hub.put("a", "x");
        assertThat(client.received()).containsExactly("#0 rev=12 PUT a=x (2/12/11)");
        assertThat(hub.history.reads).isZero();
    }
}
