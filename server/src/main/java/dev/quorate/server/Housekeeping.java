package dev.quorate.server;

import dev.quorate.log.Log;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.CompactionRequest;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.LeaseCheckpoint;
import dev.quorate.proto.etcdserverpb.LeaseCheckpointRequest;
import dev.quorate.proto.etcdserverpb.LeaseRevokeRequest;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.loop.Mailbox;
import dev.quorate.server.loop.Worker;
import dev.quorate.server.node.Node;
import dev.quorate.store.StateMachine;
import dev.quorate.store.lease.Leases;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** What a member does by the clock: expire leases, refuse callers whose time is up, compact, end streams that lost their leader. */
final class Housekeeping implements Worker {
    private static final Log LOG = Log.of(Housekeeping.class);

    private static final long LEASE_CHECK_NANOS = 500_000_000L;

    /** Leases revoked per check at most, which makes 1000 per second. */
    private static final int REVOKES_MAX = 500;

    private static final int CHECKPOINTS_MAX = 1000;
    private static final long WAITER_CHECK_NANOS = 250_000_000L;

    /** Checks without a leader before streams that need one are ended. */
    private static final int LEADERLESS_CHECKS_MAX = 3;

    /** Something done at an interval. */
    private static final class Task {
        final long intervalNanos;
        final Runnable action;
        long dueNanos;

        Task(long intervalNanos, long nowNanos, Runnable action) {
            this.intervalNanos = intervalNanos;
            this.action = action;
            this.dueNanos = nowNanos + intervalNanos;
        }
    }

    private final Mailbox<Runnable> requests = new Mailbox<>();
    private final List<Task> tasks = new ArrayList<>();
    private final List<Task> delayed = new ArrayList<>();
    private final Node node;
    private final StateMachine machine;
    private final Runnable leaderLost;
    private final LongSupplier nanoClock;
    private int leaderlessChecks;

    Housekeeping(
            ServerConfig config,
            Node node,
            StateMachine machine,
            Runnable leaderLost,
            LongSupplier nanoClock) {
        this.node = node;
        this.machine = machine;
        this.leaderLost = leaderLost;
        this.nanoClock = nanoClock;
        every(LEASE_CHECK_NANOS, this::expireLeases);
        every(WAITER_CHECK_NANOS, node::expireWaiters);
        every(config.raft().electionTimeout().toNanos(), this::checkLeader);
        AutoCompaction.of(config.compaction(), machine.keyValues(), nanoClock)
                .ifPresent(compaction ->
                        every(compaction.intervalNanos(), () -> compaction.tick(this::compact)));
    }

    /** Adds a task before the worker runs. */
    void every(long intervalNanos, Runnable action) {
        tasks.add(new Task(intervalNanos, nanoClock.getAsLong(), action));
    }

    /** Runs something here once, after a while; any thread. */
    void later(long delayNanos, Runnable action) {
        requests.post(() -> delayed.add(new Task(delayNanos, nanoClock.getAsLong(), action)));
    }

    /** Runs something here soon; any thread. */
    void soon(Runnable action) {
        requests.post(action);
    }

    @Override
    public Mailbox<Runnable> mailbox() {
        return requests;
    }

    @Override
    public long work(long nowNanos) {
        for (Runnable request = requests.poll(); request != null; request = requests.poll()) {
            request.run();
        }
        long next = Long.MAX_VALUE;
        for (Task task : List.copyOf(delayed)) {
            if (nowNanos - task.dueNanos >= 0) {
                delayed.remove(task);
                task.action.run();
            } else {
                next = Math.min(next, task.dueNanos - nowNanos);
            }
        }
        for (Task task : tasks) {
            if (nowNanos - task.dueNanos >= 0) {
                task.action.run();
                task.dueNanos = nowNanos + task.intervalNanos;
            }
            next = Math.min(next, task.dueNanos - nowNanos);
        }
        return next;
    }

    private void expireLeases() {
        if (!node.leadership().isLeader()) {
            return;
        }
        if (!machine.leases().isAnythingDue(nanoClock.getAsLong())) {
            return;
        }
        if (node.leadership().soleVoter()) {
            revokeExpired();
            return;
        }
        // A leader that others have given up must not end what the next one may have prolonged.
        node.linearizable(
                new Node.Read() {
                    @Override
                    public void ready() {
                        soon(Housekeeping.this::revokeExpired);
                    }

                    @Override
                    public void refused(StatusException why) {
                        LOG.warn("leases are not expired", "error", why.description());
                    }
                },
                Long.MAX_VALUE);
    }

    private void revokeExpired() {
        long term = node.leadership().term();
        if (!node.leadership().isLeader()) {
            return;
        }
        long now = nanoClock.getAsLong();
        for (long id : machine.leases().expired(now, REVOKES_MAX)) {
            node.proposals()
                    .proposeInTerm(
                            InternalRaftRequest.newBuilder()
                                    .setLeaseRevoke(LeaseRevokeRequest.newBuilder().setID(id))
                                    .setHeader(MemberHeader.internal()),
                            term,
                            _ -> {});
        }
        List<Leases.Checkpoint> checkpoints = machine.leases().checkpoints(now, CHECKPOINTS_MAX);
        if (!checkpoints.isEmpty()) {
            var request = LeaseCheckpointRequest.newBuilder();
            for (Leases.Checkpoint checkpoint : checkpoints) {
                request.addCheckpoints(
                        LeaseCheckpoint.newBuilder()
                                .setID(checkpoint.id())
                                .setRemainingTTL(checkpoint.remainingSeconds()));
            }
            node.proposals()
                    .proposeInTerm(
                            InternalRaftRequest.newBuilder().setLeaseCheckpoint(request),
                            term,
                            _ -> {});
        }
    }

    private void checkLeader() {
        leaderlessChecks = node.leadership().leader() == 0 ? leaderlessChecks + 1 : 0;
        if (leaderlessChecks == LEADERLESS_CHECKS_MAX) {
            LOG.warn(
                    "ending streams that require a leader, and refusing requests until there is one",
                    "checks-without-leader",
                    leaderlessChecks);
        }
        if (leaderlessChecks >= LEADERLESS_CHECKS_MAX) {
            leaderLost.run();
        }
    }

    /** Every member watches the clock, but only the leader proposes. */
    private void compact(long revision) {
        if (!node.leadership().isLeader()) {
            return;
        }
        LOG.info("starting auto compaction", "revision", revision);
        node.proposals()
                .propose(
                        InternalRaftRequest.newBuilder()
                                .setCompaction(
                                        CompactionRequest.newBuilder().setRevision(revision)),
                        _ -> {});
    }
}
