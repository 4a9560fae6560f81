package dev.quorate.server.node;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.raft.EntryType;
import dev.quorate.raft.Raft;
import dev.quorate.raft.Snapshot;
import dev.quorate.raft.Status;
import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.message.Message;
import dev.quorate.raft.message.Propose;
import dev.quorate.server.Transport;
import dev.quorate.server.loop.OwnerThread;
import dev.quorate.server.loop.SharedWorker;
import dev.quorate.server.loop.Worker;
import dev.quorate.storage.engine.Backend;
import dev.quorate.storage.wal.Wal;
import dev.quorate.store.Batch;
import dev.quorate.store.Outcome;
import dev.quorate.store.StateMachine;
import dev.quorate.store.mvcc.Compacted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One running member of a raft group with its state machine: the four owners, joined by their mailboxes.
 *
 * <p>{@link #start} gives each owner its thread; a simulator calls {@link #workers()} instead. All other methods may be called on any
 * thread and never block, except {@link #close}.
 */
public final class Node implements AutoCloseable {
    /** What a node is made of. All files are open, everything is replayed. */
    public record Parts(
            Raft raft,
            StableLog log,
            Wal wal,
            Backend backend,
            StateMachine machine,
            Snapshotter snapshotter,
            Transport transport,
            long memberId,
            long startMillis,
            LongSupplier nanoClock,
            Executor guests,
            ChangeRule changes) {}

    /** What a leader asks before it appends a change of members. */
    public interface ChangeRule {
        /** Why it is unsafe by now, or null; on the raft loop. */
        @Nullable StatusException refusal(ConfChange change);
    }

    /** Numbers that the configuration decides. */
    public record Settings(
            long tickNanos,
            long electionTimeoutNanos,
            long requestTimeoutNanos,
            int requestBytesMax,
            long commitIntervalMillis,
            long warnApplyNanos,
            long compactionPauseNanos,
            boolean unsafeNoFsync) {}

    /** Told about what happens, on the thread where it happens; must not block. */
    public interface Observer {
        void leadershipChanged(Leadership leadership);

        /** A batch is visible to readers; its changes are the events of watchers. */
        void applied(Batch batch);

        void membershipChanged(ConfChange change, Outcome outcome);

        /** A request took longer to apply than the warning limit. */
        void slowApply(InternalRaftRequest request, long tookNanos);

        /** The first entry of a term was applied. */
        void termBegan(long term);

        /** The state of another member has taken the place of this one's; on the apply loop, before anybody is told of the index. */
        default void installed(Snapshot snapshot, long revision) {}

        void synced(long tookNanos);

        void committed(long tookNanos);

        /** A request was applied, with an effect or refused; on the apply loop. */
        default void requestApplied(InternalRaftRequest request, Outcome outcome, long tookNanos) {}

        /** A local caller hears the outcome of its request; on the apply loop. */
        default void requestAnswered(
                InternalRaftRequest request, Outcome outcome, long tookNanos) {}

        /** A step of a compaction was done. */
        default void compactionStepped(long tookNanos) {}

        /** A compaction has deleted its last record. */
        default void compacted(Compacted compaction, long tookNanos) {}

        /** The records of one batch were handed to the log. */
        default void logWritten(long tookNanos, long bytes) {}

        /** Local requests were given up before they were applied. */
        default void proposalsFailed(int count) {}

        /** The leader took long to confirm reads and was asked again. */
        default void readIndexSlow() {}

        /** Reads were refused because nobody confirmed them. */
        default void readIndexFailed() {}

        /** A worker cannot go on; the member must stop. */
        void failed(String worker, Throwable cause);
    }

    private static final String RAFT = "raft";

    /** With more requests under way the raft loop's own thread takes its turns. */
    private static final int TURN_FOR_WAITING_MAX = 1;

    private final Waiters waiters = new Waiters();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final List<OwnerThread> threads = new ArrayList<>();

    private final Parts parts;
    private final Settings settings;
    private final Observer observer;
    private volatile long electedNanos;
    private volatile long electedLeader;
    private final AppliedIndex applied;
    private final RaftLoop raftLoop;
    private final WalWriter walWriter;
    private final ApplyLoop applyLoop;

    /** Null while nobody runs, or each owner does its own work. */
    private volatile @Nullable SharedWorker raftTurns;

    private volatile @Nullable SharedWorker applyTurns;
    private final Committer committer;
    private final Reads reads;
    private final Proposals proposals;

    public Node(Parts parts, Settings settings, Observer observer) {
        this.parts = parts;
        this.settings = settings;
        this.observer = observer;
        long start = parts.machine.consistentIndex();
        this.applied = new AppliedIndex(start);
        RequestIds ids = new RequestIds(parts.memberId, parts.startMillis);
        this.reads =
                new Reads(
                        ids,
                        applied,
                        parts.guests,
                        this::leadership,
                        this::takeRaftTurnOrWake,
                        observer);
        this.committer =
                new Committer(
                        parts.backend,
                        settings.commitIntervalMillis,
                        parts.nanoClock,
                        observer::committed);
        this.walWriter =
                new WalWriter(
                        parts.wal,
                        parts.snapshotter.files(),
                        parts.transport,
                        this::bring,
                        parts.nanoClock,
                        observer,
                        settings.unsafeNoFsync);
        this.applyLoop =
                new ApplyLoop(
                        parts.machine,
                        new SnapshotMover(
                                parts.backend,
                                parts.snapshotter.files(),
                                parts.snapshotter.dump(),
                                parts.transport),
                        start,
                        parts.log.confState(),
                        waiters,
                        applied,
                        this::toRaftLoop,
                        observer,
                        new AfterBatch(),
                        parts.nanoClock,
                        settings.warnApplyNanos,
                        settings.compactionPauseNanos,
                        settings.requestTimeoutNanos);
        this.raftLoop =
                new RaftLoop(
                        parts.raft,
                        parts.log,
                        parts.transport,
                        new Outputs(),
                        reads,
                        waiters,
                        settings.tickNanos,
                        parts.memberId);
        this.proposals =
                new Proposals(
                        ids,
                        waiters,
                        this::bring,
                        this::committedIndex,
                        this::appliedIndex,
                        parts.nanoClock,
                        settings.requestBytesMax,
                        settings.requestTimeoutNanos);
    }

    /** Where the raft loop's decisions go. */
    private final class Outputs implements RaftLoop.Outputs {
        @Override
        public WalWriter wal() {
            return walWriter;
        }

        @Override
        public void apply(List<Entry> entries) {
            applyLoop.mailbox().post(new ApplyLoop.Job.Apply(entries));
        }

        @Override
        public boolean tryApplyHere(List<Entry> entries) {
            SharedWorker turns = applyTurns;
            return turns != null && turns.tryRun(() -> applyLoop.applyNow(entries));
        }

        @Override
        public void install(Snapshot snapshot) {
            applyLoop.mailbox().post(new ApplyLoop.Job.Install(snapshot));
        }

        @Override
        public void sendSnapshot(InstallSnapshot message) {
            applyLoop.mailbox().post(new ApplyLoop.Job.SendSnapshot(message));
        }

        @Override
        public void leadership(Leadership leadership) {
            if (leadership.leader() != 0 && leadership.leader() != electedLeader) {
                electedNanos = parts.nanoClock.getAsLong();
            }
            electedLeader = leadership.leader();
            observer.leadershipChanged(leadership);
        }

        @Override
        public @Nullable StatusException refusalOf(Entry change) {
            try {
                return change.type() == EntryType.CONF_CHANGE
                        ? parts.changes.refusal(ConfChange.parseFrom(change.data()))
                        : null;
            } catch (InvalidProtocolBufferException e) {
                return new StatusException(
                        Code.INVALID_ARGUMENT, "change of members: " + e.getMessage());
            }
        }
    }

    /** The owners by thread name, for whoever runs them on one thread; each does its own work. */
    public Map<String, Worker> workers() {
        return workers(raftLoop, applyLoop);
    }

    /** The same, where one does the work of another as with threads. */
    public Map<String, Worker> sharedWorkers() {
        return share(true);
    }

    private Map<String, Worker> share(boolean byHand) {
        SharedWorker raft = new SharedWorker(raftLoop, parts.nanoClock, byHand);
        SharedWorker apply = new SharedWorker(applyLoop, parts.nanoClock, byHand);
        raftTurns = raft;
        applyTurns = apply;
        return workers(raft, apply);
    }

    private Map<String, Worker> workers(Worker raft, Worker apply) {
        Map<String, Worker> workers = new LinkedHashMap<>();
        workers.put(RAFT, raft);
        workers.put("wal", walWriter);
        workers.put("apply", apply);
        workers.put("commit", committer);
        return workers;
    }

    /** Starts the owners' threads. */
    public void start() {
        share(false)
                .forEach((name, worker) ->
                        threads.add(
                                new OwnerThread(
                                        name,
                                        worker,
                                        parts.nanoClock,
                                        cause -> failed(name, cause))));
        threads.forEach(OwnerThread::start);
    }

    private void failed(String worker, Throwable cause) {
        refuse();
        if (worker.equals(RAFT)) {
            // On the thread of the loop, which asks no more.
            reads.refuseAll(EtcdError.STOPPED.exception());
        }
        observer.failed(worker, cause);
    }

    /** Refuses whoever waits and whoever comes; the owners go on. Any thread. */
    public void refuse() {
        proposals.stop();
        reads.stop();
    }

    public Proposals proposals() {
        return proposals;
    }

    /** A read that must not see an older state than the one at this moment. */
    public interface Read extends Reads.Read {}

    /** Runs the read when it is linearizable; see {@link Reads#linearizable}. */
    public void linearizable(Read read, long deadlineNanos) {
        reads.linearizable(
                read,
                Math.min(
                        deadlineNanos, parts.nanoClock.getAsLong() + settings.requestTimeoutNanos));
    }

    public Leadership leadership() {
        return raftLoop.leadership();
    }

    /** Who votes and who learns. */
    public ConfState members() {
        return raftLoop.members();
    }

    public long committedIndex() {
        return raftLoop.committed();
    }

    public long appliedIndex() {
        return applied.get();
    }

    /** Messages of another member arrived; those are dropped for which there is no room. */
    public void receive(List<Message> messages) {
        boolean wasIdle = raftLoop.mailbox().isEmpty();
        messages.forEach(raftLoop::receive);
        takeRaftTurnOrWake(wasIdle);
    }

    /** Messages to a member were probably lost. */
    public void unreachable(long memberId) {
        toRaftLoop(new Input.Unreachable(memberId));
    }

    /** A request that this member sent to the leader certainly never got there. */
    public void undelivered(Propose message) {
        toRaftLoop(new Input.Undelivered(message.entries()));
    }

    /** A member certainly does not run. */
    public void gone(long memberId) {
        toRaftLoop(new Input.Gone(memberId));
    }

    /** Sending a snapshot to a member ended. */
    public void snapshotSent(long memberId, boolean arrived) {
        toRaftLoop(new Input.SnapshotSent(memberId, arrived));
    }

    /** There has been no leader for so long that nobody should wait for one: until there is, requests are refused at once. */
    public void leaderMissing() {
        toRaftLoop(new Input.LeaderMissing());
    }

    /** While no leader is known, lets this much time pass at once: a member that starts among others need not wait a whole timeout. */
    public void hurry(int ticks) {
        toRaftLoop(new Input.Hurry(ticks));
    }

    /** Hands leadership over; watch {@link #leadership} for the result. */
    public void transferLeadership(long transferee) {
        toRaftLoop(new Input.TransferLeadership(transferee));
    }

    /** Shows the core's picture of the group, on the raft loop: the viewer must not block. */
    public void inspect(Consumer<Status> viewer) {
        toRaftLoop(new Input.Inspect(viewer));
    }

    /** Runs something on the apply loop, between batches. */
    public void onApplyLoop(Consumer<StateMachine> action) {
        applyLoop.mailbox().post(new ApplyLoop.Job.Run(action));
    }

    /** Runs something on the committer after a commit that contains everything applied so far. */
    public void afterCommit(Runnable action) {
        committer.mailbox().post(action::run);
    }

    /** Requests whose deadline has passed are refused; call it now and then. Returns how many were. */
    public int expireWaiters() {
        int expired = waiters.expire(parts.nanoClock.getAsLong(), this::lateness);
        if (expired > 0) {
            observer.proposalsFailed(expired);
        }
        return expired;
    }

    /** Why a request was not answered in time, as far as that can be told; etcd's rules. */
    private StatusException lateness(long deadlineNanos) {
        long start = deadlineNanos - settings.requestTimeoutNanos;
        Leadership now = leadership();
        boolean beganLeaderless =
                start - electedNanos < 0
                        && start - (electedNanos - 2 * settings.electionTimeoutNanos) > 0;
        if (electedOnce() && beganLeaderless) {
            return EtcdError.TIMEOUT_DUE_TO_LEADER_FAIL.exception();
        }
        boolean connected =
                now.leader() == 0
                        || (now.isLeader()
                                ? isConnectedToQuorumSince(start)
                                : isConnectedSince(now.leader(), start));
        return (connected ? EtcdError.TIMEOUT : EtcdError.TIMEOUT_DUE_TO_CONNECTION_LOST)
                .exception();
    }

    private boolean electedOnce() {
        return electedNanos != 0;
    }

    private boolean isConnectedSince(long memberId, long nanos) {
        long since = parts.transport.connectedNanos(memberId);
        return since != Transport.NOT_CONNECTED && since - nanos <= 0;
    }

    private boolean isConnectedToQuorumSince(long nanos) {
        List<Long> voters = members().voters();
        int connected = 0;
        for (long voter : voters) {
            connected += voter == parts.memberId || isConnectedSince(voter, nanos) ? 1 : 0;
        }
        return connected > voters.size() / 2;
    }

    /** Callers waiting for an outcome. */
    public int pendingProposals() {
        return waiters.size();
    }

    /** Stops the owners, commits what is applied, refuses whoever still waits. The files stay open. */
    @Override
    public void close() throws Exception {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        close(raftTurns);
        close(applyTurns);
        for (OwnerThread thread : threads) {
            thread.stop();
        }
        proposals.stop();
        reads.refuseAll(EtcdError.STOPPED.exception());
        parts.backend.commit();
    }

    private static void close(@Nullable SharedWorker turns) {
        if (turns != null) {
            turns.close();
        }
    }

    /** Looks whether a snapshot is due. */
    private final class AfterBatch implements ApplyLoop.AfterBatch {
        @Override
        public void batch(long index, long term) {
            parts.snapshotter.afterBatch(
                    index,
                    term,
                    parts.machine,
                    new Snapshotter.Outputs(
                            job -> committer.mailbox().post(job), Node.this::toRaftLoop));
        }

        @Override
        public void installed(long index) {
            parts.snapshotter.installed(index);
        }
    }

    private void toRaftLoop(Input input) {
        raftLoop.mailbox().post(input);
    }

    /** The same, for what a caller waits for: see {@link #takeRaftTurnOrWake}. */
    private void bring(Input input) {
        boolean wasIdle = raftLoop.mailbox().isEmpty();
        raftLoop.mailbox().add(input);
        takeRaftTurnOrWake(wasIdle);
    }

    /** For what is left elsewhere than in the mailbox, where nobody in the middle of a turn looks again. */
    private void takeRaftTurnOrWake() {
        SharedWorker turns = raftTurns;
        if (turns != null && turns.isWorking()) {
            raftLoop.mailbox().wake();
        } else {
            takeRaftTurnOrWake(raftLoop.mailbox().isEmpty());
        }
    }

    /**
     * The raft loop looks at what it was left. With one request under way the caller takes the loop's turn, since waking another thread
     * costs more than the turn; with more of them the loop's own thread makes one batch of what arrives. A lone member's turn waits for the
     * disk, so its caller does not.
     */
    private void takeRaftTurnOrWake(boolean wasIdle) {
        SharedWorker turns = raftTurns;
        if (turns != null && turns.isWorking()) {
            return;
        }
        boolean here =
                turns != null
                        && wasIdle
                        && waiters.size() <= TURN_FOR_WAITING_MAX
                        && reads.waiting() <= TURN_FOR_WAITING_MAX
                        && raftLoop.hasOthers()
                        && turns.tryTurn();
        if (!here) {
            raftLoop.mailbox().wake();
        }
    }
}
