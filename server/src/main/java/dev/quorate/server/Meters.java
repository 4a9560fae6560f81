package dev.quorate.server;

import dev.quorate.proto.etcdserverpb.AlarmMember;
import dev.quorate.proto.etcdserverpb.AlarmRequest;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.etcdserverpb.MemberListResponse;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.proto.raftpb.ConfChangeType;
import dev.quorate.server.boot.Boot;
import dev.quorate.server.config.Feature;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.member.Ids;
import dev.quorate.server.metrics.OperationMeter;
import dev.quorate.server.metrics.ServerMetrics;
import dev.quorate.server.node.Leadership;
import dev.quorate.server.node.Node;
import dev.quorate.server.watch.WatchHub;
import dev.quorate.store.Batch;
import dev.quorate.store.Outcome;
import dev.quorate.store.mvcc.Change;
import dev.quorate.store.mvcc.Compacted;
import java.time.InstantSource;
import java.util.List;

/**
 * Turns what happens in a member into its metrics. Numbers that somebody keeps anyway are asked for when the metrics are read; the others
 * are counted where they happen, once per batch where that is possible.
 */
final class Meters {
    private static final double NANOS_PER_MILLI = 1e6;

    private final ServerMetrics metrics;
    private final InstantSource wallClock;
    private final String serverId;
    private final OperationMeter applied;
    private final OperationMeter answered;
    private long leader;

    Meters(ServerMetrics metrics, InstantSource wallClock, long memberId) {
        this.metrics = metrics;
        this.wallClock = wallClock;
        this.serverId = Ids.text(memberId);
        this.applied =
                new OperationMeter((operation, success) ->
                        metrics.member.applyDurationSeconds.with("v3", operation, success));
        this.answered = new OperationMeter(metrics.client.requestDurationSeconds::with);
    }

    /** Sets what never changes and connects what somebody keeps. */
    void connect(ServerConfig config, Boot.Opened opened, Node node, WatchHub hub) {
        var member = metrics.member;
        member.id.with(serverId).set(1);
        member.version.with(Versions.SERVER).set(1);
        member.goVersion.with("java" + Runtime.version()).set(1);
        member.quotaBackendBytes.set((double) config.storage().quotaBytes());
        member.featureEnabled.with("AllAlpha", Feature.Stage.ALPHA.name()).set(0);
        member.featureEnabled.with("AllBeta", Feature.Stage.BETA.name()).set(0);
        for (Feature feature : Feature.values()) {
            member.featureEnabled
                    .with(feature.text(), feature.stage().name())
                    .set(config.features().isEnabled(feature));
        }
        member.hasLeader.follow(() -> node.leadership().leader() == 0 ? 0 : 1);
        member.isLeader.follow(() -> node.leadership().isLeader() ? 1 : 0);
        member.isLearner.follow(
                () -> node.members().learners().contains(opened.memberId()) ? 1 : 0);
        member.proposalsApplied.follow(node::appliedIndex);
        member.proposalsCommitted.follow(node::committedIndex);
        member.proposalsPending.follow(node::pendingProposals);
        member.authRevision.follow(opened.machine().auth()::revision);
        connectStore(opened);
        connectWatches(hub);
        clusterVersion("", opened.machine().membership().clusterVersion());
        for (Member known : opened.machine().membership().members()) {
            metrics.network.knownPeers.with(serverId, Ids.text(known.getID())).set(1);
        }
        for (AlarmMember alarm :
                opened.machine().alarms().list(dev.quorate.proto.etcdserverpb.AlarmType.NONE)) {
            alarm(alarm, 1);
        }
    }

    private void connectStore(Boot.Opened opened) {
        var mvcc = metrics.mvcc;
        var keyValues = opened.machine().keyValues();
        var engine = opened.backend().engine();
        var tally = keyValues.tally();
        mvcc.range.follow(tally::ranges);
        mvcc.put.follow(tally::puts);
        mvcc.delete.follow(tally::deletes);
        mvcc.txn.follow(tally::transactions);
        mvcc.keys.follow(keyValues::liveKeys);
        mvcc.currentRevision.follow(keyValues::currentRevision);
        mvcc.compactRevision.follow(keyValues::compactRevision);
        mvcc.dbTotalSizeBytes.follow(engine::sizeBytes);
        mvcc.dbTotalSizeInUseBytes.follow(engine::usedBytes);
    }

    private void connectWatches(WatchHub hub) {
        // The hub makes new counters at every turn.
        metrics.mvcc.watchStream.follow(() -> hub.counters().streams());
        metrics.mvcc.watcher.follow(() -> hub.counters().watchers());
        metrics.mvcc.slowWatcher.follow(() -> hub.counters().slowWatchers());
        metrics.mvcc.pendingEvents.follow(() -> hub.counters().pendingEvents());
        metrics.mvcc.events.follow(() -> hub.counters().eventsTotal());
    }

    void leadershipChanged(Leadership next) {
        if (next.leader() != 0 && next.leader() != leader) {
            metrics.member.leaderChangesSeen.increment();
        }
        leader = next.leader();
    }

    void applied(Batch batch) {
        List<Change> changes = batch.changes();
        long putBytes = 0;
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            putBytes += change.tombstone() ? 0 : change.record().length;
        }
        if (putBytes > 0) {
            metrics.mvcc.totalPutSizeBytes.add((double) putBytes);
        }
    }

    void requestApplied(InternalRaftRequest request, Outcome outcome, long tookNanos) {
        boolean done = !(outcome instanceof Outcome.Refused);
        applied.observe(request, done, tookNanos);
        if (!done || request.hasPut() || request.hasTxn()) {
            return;
        }
        if (request.hasLeaseGrant()) {
            metrics.lease.granted.increment();
            metrics.lease.ttl.observe((double) request.getLeaseGrant().getTTL());
        } else if (request.hasLeaseRevoke()) {
            metrics.lease.revoked.increment();
        } else if (request.hasAlarm()) {
            alarm(request.getAlarm());
        }
    }

    private void alarm(AlarmRequest request) {
        AlarmMember alarm =
                AlarmMember.newBuilder()
                        .setMemberID(request.getMemberID())
                        .setAlarm(request.getAlarm())
                        .build();
        switch (request.getAction()) {
            case ACTIVATE -> alarm(alarm, 1);
            case DEACTIVATE -> alarm(alarm, 0);
            case GET, UNRECOGNIZED -> {}
        }
    }

    private void alarm(AlarmMember alarm, int value) {
        metrics.member
                .alarms
                .with(Ids.text(alarm.getMemberID()), alarm.getAlarm().name())
                .set(value);
    }

    void requestAnswered(InternalRaftRequest request, Outcome outcome, long tookNanos) {
        answered.observe(request, outcome instanceof Outcome.Done, tookNanos);
    }

    /** The label is the information: the member of the old version goes. */
    void clusterVersion(String before, String now) {
        if (!before.isEmpty()) {
            metrics.network.clusterVersion.remove(Versions.majorMinor(before));
        }
        if (!now.isEmpty()) {
            metrics.network.clusterVersion.with(Versions.majorMinor(now)).set(1);
        }
    }

    void membershipChanged(ConfChange change, Outcome outcome) {
        if (!(outcome instanceof Outcome.Done(var after, _))
                || !(after instanceof MemberListResponse)) {
            return;
        }
        boolean gone = change.getType() == ConfChangeType.ConfChangeRemoveNode;
        metrics.network.knownPeers.with(serverId, Ids.text(change.getNodeId())).set(gone ? 0 : 1);
    }

    void compactionStepped(long tookNanos) {
        metrics.mvcc.dbCompactionPauseDurationMilliseconds.observe(tookNanos / NANOS_PER_MILLI);
    }

    void compacted(Compacted compaction, long tookNanos) {
        metrics.mvcc.dbCompactionKeys.add(compaction.records());
        metrics.mvcc.dbCompactionLast.set((double) wallClock.instant().getEpochSecond());
        metrics.mvcc.dbCompactionTotalDurationMilliseconds.observe(tookNanos / NANOS_PER_MILLI);
    }

    void logWritten(long tookNanos, long bytes) {
        metrics.disk.walWriteDurationSeconds.observeNanos(tookNanos);
        metrics.disk.walWriteBytes.add((double) bytes);
    }

    void synced(long tookNanos) {
        metrics.disk.walFsyncDurationSeconds.observeNanos(tookNanos);
    }

    void committed(long tookNanos) {
        metrics.disk.backendCommitDurationSeconds.observeNanos(tookNanos);
    }

    void slowApply() {
        metrics.member.slowApply.increment();
    }

    void proposalsFailed(int count) {
        metrics.member.proposalsFailed.add(count);
    }

    void readIndexSlow() {
        metrics.member.slowReadIndexes.increment();
    }

    void readIndexFailed() {
        metrics.member.readIndexesFailed.increment();
    }
}
