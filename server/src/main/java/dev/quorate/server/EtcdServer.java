package dev.quorate.server;

import dev.quorate.log.Log;
import dev.quorate.metrics.Registry;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.raft.Config;
import dev.quorate.raft.Raft;
import dev.quorate.raft.Role;
import dev.quorate.raft.Snapshot;
import dev.quorate.server.boot.Boot;
import dev.quorate.server.boot.StartException;
import dev.quorate.server.config.Feature;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.corruption.CorruptionChecks;
import dev.quorate.server.loop.OwnerThread;
import dev.quorate.server.loop.Worker;
import dev.quorate.server.member.Ids;
import dev.quorate.server.member.Reconfiguration;
import dev.quorate.server.metrics.ServerMetrics;
import dev.quorate.server.node.Leadership;
import dev.quorate.server.node.Node;
import dev.quorate.server.node.Snapshotter;
import dev.quorate.server.node.StableLog;
import dev.quorate.server.peer.PeerSide;
import dev.quorate.server.rpc.MemberServices;
import dev.quorate.server.rpc.ServiceTable;
import dev.quorate.server.service.Services;
import dev.quorate.server.watch.WatchHub;
import dev.quorate.server.watch.WatchIdentity;
import dev.quorate.server.watch.WatchOptions;
import dev.quorate.storage.disk.Disk;
import dev.quorate.storage.snap.SnapDir;
import dev.quorate.storage.wal.WalOptions;
import dev.quorate.store.Batch;
import dev.quorate.store.Outcome;
import dev.quorate.store.mvcc.Compacted;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * One member: what is on disk, the node that drives consensus, and the services in front of it.
 *
 * <p>{@link #open} reads or writes down the member, {@link #start} makes it run; it serves once {@link #ready} completes. All methods may be
 * called on any thread.
 */
public final class EtcdServer implements AutoCloseable {
    private static final Log LOG = Log.of(EtcdServer.class);
    private static final long MESSAGE_BYTES_MAX = 1 << 20;
    private static final int INFLIGHT_MESSAGES_MAX = 512;

    /** A member with a long log to replay refuses everything at first, its own announcement too. */
    private static final long PUBLISH_RETRY_NANOS = 50_000_000L;

    private static final long HAND_OVER_LOOK_NANOS = 1_000_000L;

    /** How often, and how many times at a start, other members are looked for. */
    private static final long HURRY_LOOK_NANOS = 50_000_000L;

    private static final int HURRY_LOOKS = 100;

    /** After its removal was applied; etcd waits as long. */
    private static final long EXPULSION_NANOS = 1_000_000_000L;

    /** How often versions are looked at; etcd looks as often. */
    private static final long VERSION_CHECK_NANOS = 4_000_000_000L;

    /**
     * What the member takes from the world around it.
     *
     * @param disk where the log is
     * @param engines opens the database
     * @param transport to the other members
     * @param nanoClock monotonic
     * @param wallClock for ids and log lines
     * @param random for election timeouts, lease ids and jitter; safe for several threads
     * @param secrets for tokens; unpredictable, safe for several threads
     * @param guests runs work that may block or take long
     * @param walOptions sizes of the log's files
     */
    public record World(
            Disk disk,
            Boot.EngineOpener engines,
            Transport transport,
            LongSupplier nanoClock,
            InstantSource wallClock,
            RandomGenerator random,
            RandomGenerator secrets,
            Executor guests,
            WalOptions walOptions) {
        /** With a log of etcd's sizes. */
        public World(
                Disk disk,
                Boot.EngineOpener engines,
                Transport transport,
                LongSupplier nanoClock,
                InstantSource wallClock,
                RandomGenerator random,
                RandomGenerator secrets,
                Executor guests) {
            this(
                    disk,
                    engines,
                    transport,
                    nanoClock,
                    wallClock,
                    random,
                    secrets,
                    guests,
                    WalOptions.DEFAULT);
        }
    }

    private final ServerConfig config;
    private final World world;
    private final Boot.Opened opened;
    private final Reconfiguration reconfiguration;
    private final Node node;
    private final WatchHub hub;
    private final MemberServices services;
    private final Peers peers;
    private final ClusterVersions versions;
    private final Publisher publisher;
    private final MemberLog log;
    private final Meters meters;
    private final RaftFiles files;
    private final OwnerThread filesThread;
    private final Housekeeping housekeeping;
    private final OwnerThread housekeepingThread;

    /** As last logged; owned by housekeeping. */
    private String clusterVersion;

    /** Whether somebody else runs the workers; then the keeper of files, which only saves time, has no thread either. */
    private volatile boolean byHand;

    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicBoolean failing = new AtomicBoolean();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<MemberFailedException> failed = new CompletableFuture<>();

    private EtcdServer(
            ServerConfig config, World world, ServerMetrics metrics, Boot.Opened opened) {
        this.config = config;
        this.world = world;
        this.opened = opened;
        this.publisher = new Publisher(config, opened);
        this.log = new MemberLog(config, opened);
        this.meters = new Meters(metrics, world.wallClock, opened.memberId());
        this.files =
                new RaftFiles(
                        new SnapDir(world.disk, config.snapDir().toString()),
                        opened.wal(),
                        config.raft().maxSnapshots(),
                        config.raft().maxWals(),
                        metrics.disk,
                        world.nanoClock);
        this.clusterVersion = opened.machine().membership().clusterVersion();
        this.hub = hub();
        this.reconfiguration =
                new Reconfiguration(
                        opened.machine().membership(),
                        world.transport,
                        world.nanoClock,
                        metrics.member,
                        opened.memberId(),
                        config.raft().strictReconfigCheck());
        this.node = node();
        meters.connect(config, opened, node, hub);
        this.services =
                ServiceTable.of(
                        config, world, opened, node, hub, reconfiguration, metrics, this::later);
        this.versions =
                new ClusterVersions(
                        opened.machine().membership(), node, world.transport, opened.memberId());
        this.peers =
                new Peers(
                        config,
                        opened.memberId(),
                        opened.clusterId(),
                        opened.known(),
                        opened.machine().membership(),
                        node,
                        files,
                        world.transport,
                        services.peerEndpoints(),
                        this::expelled);
        this.housekeeping =
                new Housekeeping(config, node, opened.machine(), this::leaderLost, world.nanoClock);
        housekeeping.every(VERSION_CHECK_NANOS, this::followClusterVersion);
        checkForCorruption();
        this.filesThread =
                new OwnerThread(
                        "files",
                        new FileKeeper(files),
                        world.nanoClock,
                        cause -> fail("files", cause));
        this.housekeepingThread =
                new OwnerThread(
                        "housekeeping",
                        housekeeping,
                        world.nanoClock,
                        cause -> fail("housekeeping", cause));
    }

    /**
     * Opens the member's files; nothing runs yet.
     *
     * @throws StartException when flags or files do not allow a start
     * @throws IOException when the disk fails
     */
    public static EtcdServer open(ServerConfig config, World world)
            throws IOException, StartException {
        return open(config, world, new ServerMetrics(new Registry()));
    }

    /**
     * The same, counting in the caller's metrics.
     *
     * @param metrics of this member alone
     */
    public static EtcdServer open(ServerConfig config, World world, ServerMetrics metrics)
            throws IOException, StartException {
        Boot.Opened opened =
                new Boot(
                                config,
                                world.disk,
                                world.walOptions,
                                world.engines,
                                world.transport,
                                world.nanoClock,
                                world.wallClock)
                        .open();
        if (config.features().isEnabled(Feature.INITIAL_CORRUPT_CHECK)) {
            try {
                CorruptionChecks.beforeStart(
                        opened.machine(), world.transport, self(config, opened));
            } catch (StartException | RuntimeException refusal) {
                opened.close();
                throw refusal;
            }
        }
        return new EtcdServer(config, world, metrics, opened);
    }

    private void checkForCorruption() {
        var checks =
                CorruptionChecks.of(
                        node,
                        opened.machine(),
                        world.transport,
                        world.guests,
                        self(config, opened));
        var settings = config.checks();
        if (settings.corruptCheckInterval().isPositive()) {
            LOG.info(
                    "enabled corruption checking",
                    "local-member-id",
                    Ids.text(opened.memberId()),
                    "interval",
                    settings.corruptCheckInterval());
            housekeeping.every(settings.corruptCheckInterval().toNanos(), checks::periodic);
        }
        if (config.features().isEnabled(Feature.COMPACT_HASH_CHECK)) {
            housekeeping.every(settings.compactHashCheckInterval().toNanos(), checks::compactions);
        }
    }

    private static CorruptionChecks.Self self(ServerConfig config, Boot.Opened opened) {
        return new CorruptionChecks.Self(
                opened.memberId(), opened.clusterId(), config.raft().requestTimeout());
    }

    private Node node() {
        var raft = config.raft();
        StableLog log =
                new StableLog(
                        opened.hardState(),
                        opened.confState(),
                        opened.start().index(),
                        opened.start().term(),
                        opened.entries());
        Config raftConfig =
                new Config(
                        opened.memberId(),
                        raft.electionTicks(),
                        1,
                        MESSAGE_BYTES_MAX,
                        MESSAGE_BYTES_MAX,
                        INFLIGHT_MESSAGES_MAX,
                        true,
                        raft.preVote(),
                        opened.machine().consistentIndex());
        return new Node(
                new Node.Parts(
                        new Raft(raftConfig, log, world.random),
                        log,
                        opened.wal(),
                        opened.backend(),
                        opened.machine(),
                        snapshotter(),
                        world.transport,
                        opened.memberId(),
                        world.wallClock.millis(),
                        world.nanoClock,
                        world.guests,
                        reconfiguration::refusal),
                new Node.Settings(
                        Duration.ofMillis(raft.heartbeatMillis()).toNanos(),
                        raft.electionTimeout().toNanos(),
                        raft.requestTimeout().toNanos(),
                        config.limits().maxRequestBytes(),
                        config.storage().batchInterval().toMillis(),
                        config.checks().warningApply().toNanos(),
                        config.compaction().sleepInterval().toNanos(),
                        config.storage().unsafeNoFsync()),
                new Watcher());
    }

    private Snapshotter snapshotter() {
        var raft = config.raft();
        return new Snapshotter(
                files,
                MembershipDumps::of,
                opened.memberId(),
                opened.start().index(),
                raft.snapshotCount(),
                raft.snapshotCatchupEntries());
    }

    private WatchHub hub() {
        WatchIdentity identity =
                new WatchIdentity() {
                    @Override
                    public long clusterId() {
                        return opened.clusterId();
                    }

                    @Override
                    public long memberId() {
                        return opened.memberId();
                    }

                    @Override
                    public long raftTerm() {
                        return node.leadership().term();
                    }
                };
        WatchOptions options =
                WatchOptions.defaults()
                        .withProgressIntervalNanos(
                                config.checks().watchProgressNotifyInterval().toNanos())
                        .withFragmentBytesMax(config.limits().maxRequestBytes() + 512L * 1024);
        return new WatchHub(
                opened.machine().keyValues(), identity, options, world.random, world.nanoClock);
    }

    /** Lets the member run; {@link #ready} says when it serves. */
    public void start() {
        log.starting(clusterVersion);
        hub.start();
        peers.start();
        node.start();
        housekeepingThread.start();
        if (config.raft().initialElectionTickAdvance()) {
            later(HURRY_LOOK_NANOS, () -> hurry(HURRY_LOOKS));
        }
        publish();
    }

    /** Lets the member run without threads, for tests and the simulator: the caller calls its workers, by name. */
    public Map<String, Worker> startByHand() {
        return startByHand(false);
    }

    /**
     * The same, with a choice.
     *
     * @param sharesWork whether one owner may do the work of another, as in a process
     */
    public Map<String, Worker> startByHand(boolean sharesWork) {
        byHand = true;
        Map<String, Worker> workers = sharesWork ? node.sharedWorkers() : node.workers();
        workers.put("housekeeping", housekeeping);
        workers.put("watch", hub.worker());
        peers.start();
        publish();
        return workers;
    }

    /** Completes when the member has made itself known to the cluster. */
    public CompletableFuture<Void> ready() {
        return ready;
    }

    /** Completes with the reason when the member had to stop by itself; whoever runs it closes it then. */
    public CompletableFuture<MemberFailedException> failed() {
        return failed;
    }

    public Services services() {
        return services;
    }

    /** This member as other members see it: what a transport brings to it. */
    public PeerSide peerSide() {
        return peers;
    }

    public long memberId() {
        return opened.memberId();
    }

    public long clusterId() {
        return opened.clusterId();
    }

    /**
     * Before a stop: lets another voter lead, if this member leads, and waits for that.
     *
     * @param limit after which the others have to elect a leader by themselves
     */
    public void handOver(Duration limit) {
        if (!node.leadership().isLeader()) {
            return;
        }
        long target = 0;
        long longest = Long.MAX_VALUE;
        List<Long> voters = node.members().voters();
        if (voters.size() <= 1) {
            LOG.info(
                    "skipped leadership transfer for single voting member cluster",
                    "local-member-id",
                    Ids.text(opened.memberId()),
                    "current-leader-member-id",
                    Ids.text(opened.memberId()));
            return;
        }
        for (long voter : voters) {
            long since = world.transport.connectedNanos(voter);
            if (voter != opened.memberId() && since != Transport.NOT_CONNECTED && since < longest) {
                longest = since;
                target = voter;
            }
        }
        if (target == 0) {
            LOG.warn("leadership transfer failed", "error", EtcdError.UNHEALTHY.text());
            return;
        }
        node.transferLeadership(target);
        long deadline = world.nanoClock.getAsLong() + limit.toNanos();
        while (node.leadership().isLeader() && world.nanoClock.getAsLong() - deadline < 0) {
            LockSupport.parkNanos(HAND_OVER_LOOK_NANOS);
        }
    }

    /** Stops the threads, commits and closes every file. Callers who wait are refused. */
    @Override
    public void close() throws Exception {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        housekeepingThread.stop();
        try {
            node.close();
        } finally {
            hub.close();
            closeFiles();
        }
    }

    /** Each, whatever the others do: a failed log must not keep the directory locked. */
    private void closeFiles() throws IOException, InterruptedException {
        try {
            // A segment that is being filled is given up when the log closes.
            opened.wal().close();
        } finally {
            try {
                stopFiles();
                opened.backend().engine().close();
            } finally {
                opened.directory().close();
            }
        }
    }

    /** Tells the cluster this member's name and client addresses, again and again until it is known. */
    private void publish() {
        node.proposals()
                .propose(
                        publisher.attributes(),
                        outcome -> {
                            if (closing.get() || failing.get()) {
                                return;
                            }
                            if (outcome instanceof Outcome.Refused) {
                                housekeeping.later(PUBLISH_RETRY_NANOS, this::publish);
                            } else {
                                publisher.published(config.raft().requestTimeout());
                                ready.complete(null);
                                startFiles();
                            }
                        });
    }

    /** Not before the member serves: filling a segment would keep the disk from its first requests. */
    private void startFiles() {
        synchronized (filesThread) {
            if (!closing.get() && !byHand) {
                filesThread.start();
            }
        }
    }

    private void stopFiles() throws InterruptedException {
        synchronized (filesThread) {
            filesThread.stop();
        }
    }

    private void later(long nanos, Runnable action) {
        housekeeping.later(nanos, action);
    }

    /** Streams that need a leader end, and requests do not wait for one. */
    private void leaderLost() {
        node.leaderMissing();
        hub.leaderLost();
        services.leaderLost();
    }

    /** Others that are there already may lead, or wait for one more vote: no need to wait a whole election timeout. */
    private void hurry(int attempts) {
        int active = 0;
        for (Member member : opened.machine().membership().members()) {
            active +=
                    world.transport.connectedNanos(member.getID()) == Transport.NOT_CONNECTED
                            ? 0
                            : 1;
        }
        if (active > 1) {
            LOG.info(
                    "initialized peer connections; fast-forwarding election ticks",
                    "local-member-id",
                    Ids.text(opened.memberId()),
                    "active-remote-members",
                    active);
            node.hurry(config.raft().electionTicks() - 2);
        } else if (attempts > 0) {
            later(HURRY_LOOK_NANOS, () -> hurry(attempts - 1));
        }
    }

    /** The cluster goes on without this member. */
    private void expelled() {
        fail(MemberFailedException.expelled());
    }

    private void fail(String worker, Throwable cause) {
        fail(MemberFailedException.of(worker, cause));
    }

    private void fail(MemberFailedException failure) {
        if (closing.get() || !failing.compareAndSet(false, true)) {
            // What fails behind the first failure fails because of it.
            return;
        }
        node.refuse();
        ready.completeExceptionally(failure);
        failed.complete(failure);
    }

    /**
     * Notices a new cluster version, however it came; on the housekeeping thread. What is stored follows it, which each member does by
     * itself.
     */
    private void followClusterVersion() {
        String now = opened.machine().membership().clusterVersion();
        if (node.leadership().isLeader()) {
            versions.decide();
        }
        if (now.isEmpty()) {
            return;
        }
        if (!now.equals(clusterVersion)) {
            log.clusterVersionChanged(clusterVersion, now);
            meters.clusterVersion(clusterVersion, now);
            clusterVersion = now;
        }
        if (opened.machine().membership().isClusterVersionAtLeast(3, 6)
                && !opened.machine().membership().storageVersion().equals(now)) {
            node.onApplyLoop(machine -> {
                if (!machine.membership().storageVersion().equals(now)) {
                    machine.setStorageVersion(now);
                    log.storageVersionChanged(now);
                }
            });
        }
    }

    /** Turns what the node reports into events, logs, metrics and what has to follow. */
    private final class Watcher implements Node.Observer {
        private Leadership last =
                new Leadership(0, opened.hardState().term(), Role.FOLLOWER, false);

        @Override
        public void leadershipChanged(Leadership leadership) {
            log.leadershipChanged(last, leadership);
            meters.leadershipChanged(leadership);
            if (last.isLeader() && !(leadership.isLeader() && leadership.term() == last.term())) {
                opened.machine().leases().demote();
            }
            last = leadership;
        }

        @Override
        public void applied(Batch batch) {
            hub.publish(batch.changes(), batch.revision());
            meters.applied(batch);
        }

        @Override
        public void requestApplied(InternalRaftRequest request, Outcome outcome, long tookNanos) {
            meters.requestApplied(request, outcome, tookNanos);
            log.requestApplied(request, outcome, tookNanos);
            if (request.hasClusterVersionSet()) {
                housekeeping.soon(EtcdServer.this::followClusterVersion);
            }
        }

        @Override
        public void requestAnswered(InternalRaftRequest request, Outcome outcome, long tookNanos) {
            meters.requestAnswered(request, outcome, tookNanos);
        }

        @Override
        public void membershipChanged(ConfChange change, Outcome outcome) {
            log.membershipChanged(change, outcome);
            meters.membershipChanged(change, outcome);
            peers.membersChanged();
            if (opened.machine().membership().isRemoved(opened.memberId())) {
                // Those who have to know of it should hear of it from this member first.
                housekeeping.later(EXPULSION_NANOS, EtcdServer.this::expelled);
            }
        }

        @Override
        public void installed(Snapshot snapshot, long revision) {
            hub.skip(revision);
            peers.membersChanged();
        }

        @Override
        public void slowApply(InternalRaftRequest request, long tookNanos) {
            log.slowApply(request, tookNanos);
            meters.slowApply();
        }

        private boolean leadsIn(long term) {
            Leadership now = node.leadership();
            return now.isLeader() && now.term() == term;
        }

        @Override
        public void termBegan(long term) {
            if (leadsIn(term)) {
                opened.machine()
                        .leases()
                        .promote(
                                config.raft().electionTimeout().toNanos(),
                                world.nanoClock.getAsLong());
                housekeeping.soon(EtcdServer.this::followClusterVersion);
                if (!leadsIn(term)) {
                    // Lost on the raft loop meanwhile, where the leases were perhaps demoted
                    // before.
                    opened.machine().leases().demote();
                }
            }
        }

        @Override
        public void synced(long tookNanos) {
            meters.synced(tookNanos);
        }

        @Override
        public void committed(long tookNanos) {
            meters.committed(tookNanos);
        }

        @Override
        public void compactionStepped(long tookNanos) {
            meters.compactionStepped(tookNanos);
        }

        @Override
        public void compacted(Compacted compaction, long tookNanos) {
            log.compacted(compaction, tookNanos);
            meters.compacted(compaction, tookNanos);
        }

        @Override
        public void logWritten(long tookNanos, long bytes) {
            meters.logWritten(tookNanos, bytes);
        }

        @Override
        public void proposalsFailed(int count) {
            meters.proposalsFailed(count);
        }

        @Override
        public void readIndexSlow() {
            meters.readIndexSlow();
        }

        @Override
        public void readIndexFailed() {
            meters.readIndexFailed();
        }

        @Override
        public void failed(String worker, Throwable cause) {
            fail(worker, cause);
        }
    }
}
