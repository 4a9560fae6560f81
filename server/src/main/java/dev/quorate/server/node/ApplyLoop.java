package dev.quorate.server.node;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.Request;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.raft.Snapshot;
import dev.quorate.raft.change.Membership;
import dev.quorate.raft.change.MembershipChange;
import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.server.loop.Mailbox;
import dev.quorate.server.loop.Worker;
import dev.quorate.store.Batch;
import dev.quorate.store.Outcome;
import dev.quorate.store.StateMachine;
import dev.quorate.store.mvcc.Compacted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Owns the state machine: applies committed entries in order, makes each batch visible, then answers the callers who wait.
 *
 * <p>Deleting what a compaction made superfluous also runs here, in small steps between batches, because this is the only thread that
 * writes to the backend.
 */
final class ApplyLoop implements Worker {
    /** Entries applied before their effects are shown and their callers answered. */
    private static final int ENTRIES_PER_BATCH_MAX = 1024;

    /** Looks after each visible batch whether a snapshot is due. */
    interface AfterBatch {
        void batch(long index, long term);

        /** A received snapshot at this index was installed. */
        void installed(long index);
    }

    /** Input: committed entries, or an action that needs the owner of the state machine. */
    sealed interface Job {
        record Apply(List<Entry> entries) implements Job {}

        record Run(Consumer<StateMachine> action) implements Job {}

        /** A received snapshot is durable: its state takes the place of what is here. */
        record Install(Snapshot snapshot) implements Job {}

        /** A member needs the state as a whole. */
        record SendSnapshot(InstallSnapshot wanted) implements Job {}
    }

    /** @param request null for a membership change */
    private record Answer(
            Waiters.Waiting waiting, Outcome outcome, @Nullable InternalRaftRequest request) {}

    private final Mailbox<Job> jobs = new Mailbox<>();
    private final List<Answer> answers = new ArrayList<>();
    private final StateMachine machine;
    private final SnapshotMover mover;
    private final Waiters waiters;
    private final AppliedIndex applied;
    private final Consumer<Input> raftLoop;
    private final Node.Observer observer;
    private final AfterBatch afterBatch;
    private final LongSupplier nanoClock;
    private final long warnNanos;
    private final long compactionPauseNanos;
    private final long requestTimeoutNanos;

    private Membership members;
    private long appliedIndex;
    private long appliedTerm;
    private int unpublished;
    private long nextCompactionNanos;
    private boolean compactionUnderWay;
    private long compactionBeganNanos;

    ApplyLoop(
            StateMachine machine,
            SnapshotMover mover,
            long appliedIndex,
            ConfState members,
            Waiters waiters,
            AppliedIndex applied,
            Consumer<Input> raftLoop,
            Node.Observer observer,
            AfterBatch afterBatch,
            LongSupplier nanoClock,
            long warnNanos,
            long compactionPauseNanos,
            long requestTimeoutNanos) {
        this.machine = machine;
        this.mover = mover;
        this.appliedIndex = appliedIndex;
        this.members = Membership.of(members);
        this.waiters = waiters;
        this.applied = applied;
        this.raftLoop = raftLoop;
        this.observer = observer;
        this.afterBatch = afterBatch;
        this.nanoClock = nanoClock;
        this.warnNanos = warnNanos;
        this.compactionPauseNanos = compactionPauseNanos;
        this.requestTimeoutNanos = requestTimeoutNanos;
    }

    @Override
    public Mailbox<Job> mailbox() {
        return jobs;
    }

    @Override
    public long work(long nowNanos) throws Exception {
        try {
            return turn(nowNanos);
        } catch (Exception | Error e) {
            refuseUnanswered();
            throw e;
        }
    }

    /**
     * Applies on the calling thread, in the owner's stead; see {@code SharedWorker.tryRun}.
     *
     * @return false, with nothing done, when something waits here that comes first, or the disk is so far behind that this would wait
     */
    boolean applyNow(List<Entry> entries) throws Exception {
        if (!jobs.isEmpty() || !machine.hasRoom()) {
            return false;
        }
        try {
            applyAll(entries);
            publish();
        } catch (Exception | Error e) {
            refuseUnanswered();
            throw e;
        }
        if (machine.compacting()) {
            jobs.wake();
        }
        return true;
    }

    /** Callers whose request was applied but could not be shown wait nowhere else; what becomes of it only the log knows. */
    private void refuseUnanswered() {
        for (Answer answer : answers) {
            answer.waiting.waiter().accept(Waiter.refusal(EtcdError.STOPPED.exception()));
        }
        answers.clear();
    }

    private long turn(long nowNanos) throws Exception {
        for (Job job = jobs.poll(); job != null; job = jobs.poll()) {
            switch (job) {
                case Job.Apply(List<Entry> entries) -> applyAll(entries);
                case Job.Run(Consumer<StateMachine> action) -> {
                    publish();
                    action.accept(machine);
                    unpublished++;
                    publish();
                }
                case Job.Install(Snapshot snapshot) -> install(snapshot);
                case Job.SendSnapshot(InstallSnapshot wanted) -> {
                    publish();
                    mover.send(wanted, machine);
                }
            }
        }
        publish();
        return compact(nowNanos);
    }

    /** A step of a compaction, then a pause, so that writers hardly notice it. */
    private long compact(long nowNanos) throws IOException {
        if (!machine.compacting()) {
            return UNTIL_INPUT;
        }
        if (nowNanos - nextCompactionNanos < 0) {
            return nextCompactionNanos - nowNanos;
        }
        long start = nanoClock.getAsLong();
        if (!compactionUnderWay) {
            compactionUnderWay = true;
            compactionBeganNanos = start;
        }
        nextCompactionNanos = nowNanos + compactionPauseNanos;
        boolean more = machine.compactStep();
        long end = nanoClock.getAsLong();
        observer.compactionStepped(end - start);
        Compacted finished = machine.takeFinishedCompaction();
        if (finished != null) {
            observer.compacted(finished, end - compactionBeganNanos);
            compactionUnderWay = false;
        }
        return more ? compactionPauseNanos : UNTIL_INPUT;
    }

    private void install(Snapshot snapshot) throws IOException {
        publish();
        mover.install(snapshot, machine);
        members = Membership.of(snapshot.confState());
        appliedIndex = snapshot.index();
        appliedTerm = snapshot.term();
        compactionUnderWay = false;
        unpublished++;
        afterBatch.installed(appliedIndex);
        observer.installed(snapshot, machine.keyValues().currentRevision());
        publish();
    }

    private void applyAll(List<Entry> entries) throws Exception {
        for (Entry entry : entries) {
            apply(entry);
            if (++unpublished >= ENTRIES_PER_BATCH_MAX) {
                publish();
            }
        }
    }

    private void apply(Entry entry) throws Exception {
        if (entry.index() != appliedIndex + 1) {
            throw new IllegalStateException(
                    "entry " + entry.index() + " after applying " + appliedIndex);
        }
        switch (entry.type()) {
            case NORMAL -> applyNormal(entry);
            case CONF_CHANGE -> applyChange(entry);
            case CONF_CHANGE_V2 ->
                    throw new IllegalStateException(
                            "entry "
                                    + entry.index()
                                    + " changes members in the joint form, which no etcd member writes");
        }
        appliedIndex = entry.index();
        appliedTerm = entry.term();
    }

    private void applyNormal(Entry entry) throws IOException {
        if (entry.data().length == 0) {
            machine.applyEmpty(entry.index(), entry.term());
            observer.termBegan(entry.term());
            raftLoop.accept(new Input.TermBegan(entry.term()));
            return;
        }
        InternalRaftRequest request;
        try {
            request = InternalRaftRequest.parseFrom(entry.data());
        } catch (InvalidProtocolBufferException e) {
            // Members older than 3.6 propose bare v2 requests.
            applyV2(entry, Request.parseFrom(entry.data()));
            return;
        }
        long id = request.hasHeader() ? request.getHeader().getID() : request.getID();
        boolean wanted = waiters.contains(id);
        long start = nanoClock.getAsLong();
        Outcome outcome = machine.apply(entry.index(), entry.term(), request, wanted);
        long took = nanoClock.getAsLong() - start;
        observer.requestApplied(request, outcome, took);
        if (took > warnNanos) {
            observer.slowApply(request, took);
        }
        if (wanted) {
            answer(id, outcome, request);
        }
    }

    private void applyV2(Entry entry, Request request) {
        Outcome outcome = machine.applyV2(entry.index(), entry.term(), request);
        answer(request.getID(), outcome, null);
    }

    /** The store validates first; a refused change still passes through raft, as one that changes nothing. */
    private void applyChange(Entry entry) throws Exception {
        ConfChange change = ConfChange.parseFrom(entry.data());
        Outcome outcome =
                machine.applyConfChange(
                        entry.index(),
                        entry.term(),
                        change,
                        effective -> {
                            var passed = RaftCodec.change(effective);
                            raftLoop.accept(new Input.ApplyChange(passed));
                            // The core computes the same, and nobody need wait for it.
                            members = MembershipChange.apply(members, passed.toV2());
                            return RaftCodec.confState(members.toConfState());
                        });
        observer.membershipChanged(change, outcome);
        answer(change.getId(), outcome, null);
    }

    private void answer(long id, Outcome outcome, @Nullable InternalRaftRequest request) {
        var waiting = waiters.takeTimed(id);
        if (waiting != null) {
            answers.add(new Answer(waiting, outcome, request));
        }
    }

    private void answerAll() {
        if (answers.isEmpty()) {
            return;
        }
        long now = nanoClock.getAsLong();
        for (Answer answer : answers) {
            if (answer.request != null) {
                long began = answer.waiting.deadlineNanos() - requestTimeoutNanos;
                observer.requestAnswered(answer.request, answer.outcome, now - began);
            }
            answer.waiting.waiter().accept(answer.outcome);
        }
        answers.clear();
    }

    /** Shows what was applied to readers, then tells everybody who waits for it. */
    private void publish() throws IOException {
        if (unpublished == 0) {
            return;
        }
        unpublished = 0;
        Batch batch = machine.endBatch();
        observer.applied(batch);
        // Before the answers: who hears of a membership change may propose the next one at once,
        // and
        // the core drops it unless it knows that the last one is applied.
        raftLoop.accept(new Input.Applied(appliedIndex));
        answerAll();
        for (Runnable ready : applied.advance(appliedIndex)) {
            ready.run();
        }
        afterBatch.batch(appliedIndex, appliedTerm);
    }
}
