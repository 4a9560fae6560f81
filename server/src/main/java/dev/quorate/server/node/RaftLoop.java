package dev.quorate.server.node;

import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.raft.EntryType;
import dev.quorate.raft.HardState;
import dev.quorate.raft.Raft;
import dev.quorate.raft.ReadState;
import dev.quorate.raft.Ready;
import dev.quorate.raft.Role;
import dev.quorate.server.Transport;
import dev.quorate.server.loop.Mailbox;
import dev.quorate.server.loop.Worker;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Owns the raft core: feeds it what arrived, ticks it, and hands out what it decided, to the disk, to the peers and to the state machine.
 *
 * <p>Proposals that arrive together are appended together, so that one turn costs one write however many callers there are.
 */
final class RaftLoop implements Worker {
    /** Inputs taken per turn, so that ticks and decisions are never starved. */
    private static final int INPUTS_PER_TURN_MAX = 4096;

    /** Ticks caught up per turn after the thread was held up; more would start elections nobody needs. */
    private static final int TICKS_PER_TURN_MAX = 2;

    /** Where decisions go. All of these only post to a mailbox. */
    record Outputs(WalWriter wal, Consumer<List<Entry>> apply, Consumer<Leadership> leadership) {}

    private final Mailbox<Input> inputs = new Mailbox<>();
    private final ArrayDeque<Entry> waitingForLeader = new ArrayDeque<>();
    private final List<Entry> proposals = new ArrayList<>();
    private final Raft raft;
    private final StableLog log;
    private final Transport transport;
    private final Outputs outputs;
    private final Reads reads;
    private final long tickNanos;
    private final long memberId;
    private final StallWatch stall;

    private boolean campaigning = true;

    private ConfState members;
    private long applied;
    private long nextTickNanos;
    private boolean ticking;
    private int writesInFlight;
    private @Nullable Ready lateCommit;
    private volatile Leadership leadership = new Leadership(0, 0, Role.FOLLOWER, false);
    private volatile long committed;
    private volatile ConfState publishedMembers;

    RaftLoop(
            Raft raft,
            StableLog log,
            Transport transport,
            Outputs outputs,
            Reads reads,
            long tickNanos,
            long memberId) {
        this.raft = raft;
        this.log = log;
        this.transport = transport;
        this.outputs = outputs;
        this.reads = reads;
        this.tickNanos = tickNanos;
        this.memberId = memberId;
        this.stall = new StallWatch(raft.electionTicks());
        this.members = log.confState();
        this.publishedMembers = members;
        this.committed = raft.committed();
    }

    @Override
    public Mailbox<Input> mailbox() {
        return inputs;
    }

    /** What the last turn left behind; any thread. */
    Leadership leadership() {
        return leadership;
    }

    /** The highest index known to be committed; any thread. */
    long committed() {
        return committed;
    }

    /** Who votes and who learns; any thread. */
    ConfState members() {
        return publishedMembers;
    }

    @Override
    public long work(long nowNanos) throws IOException {
        int taken = 0;
        for (Input input = inputs.poll(); input != null; input = inputs.poll()) {
            take(input);
            if (++taken >= INPUTS_PER_TURN_MAX) {
                break;
            }
        }
        propose();
        tick(nowNanos);
        campaignAtStart();
        reads.ask(raft, nowNanos);
        while (raft.hasReady()) {
            Ready ready = raft.ready();
            // Whoever applies an entry must find the leader that it was written under.
            publish();
            hand(ready);
        }
        publish();
        return taken >= INPUTS_PER_TURN_MAX ? 0 : Math.max(0, nextTickNanos - nowNanos);
    }

    private void take(Input input) {
        switch (input) {
            case Input.Propose(Entry entry) -> proposals.add(entry);
            case Input.Receive(var message) -> raft.step(message);
            case Input.Persisted(Ready ready) -> persisted(ready);
            case Input.RecordSnapshot(var snapshot, var after) -> {
                writesInFlight++;
                outputs.wal().mailbox().post(new WalWriter.Job.Snapshot(snapshot, after));
            }
            case Input.SnapshotRecorded() -> {
                writesInFlight--;
                stall.progressed();
            }
            case Input.Applied(long index) -> {
                applied = index;
                raft.applied(index);
            }
            case Input.ApplyChange(var change, var after) -> {
                members = raft.applyConfChange(change);
                after.complete(members);
            }
            case Input.SnapshotTaken(var snapshot, long compactTo) -> {
                log.snapshot(snapshot);
                log.compact(compactTo);
            }
            case Input.TransferLeadership(long transferee) -> raft.transferLeader(transferee);
            case Input.Inspect(var viewer) -> viewer.accept(raft.status());
            case Input.Campaign() -> raft.campaign();
        }
    }

    /** Proposals wait, not fail, while there is no leader; their callers' deadlines end the wait. */
    private void propose() {
        if (proposals.isEmpty() && waitingForLeader.isEmpty()) {
            return;
        }
        waitingForLeader.addAll(proposals);
        proposals.clear();
        while (!waitingForLeader.isEmpty() && raft.leader() != 0) {
            List<Entry> batch = nextBatch();
            if (!raft.propose(batch)) {
                return;
            }
            for (int i = 0; i < batch.size(); i++) {
                waitingForLeader.removeFirst();
            }
        }
        while (waitingForLeader.size() > Waiters.PENDING_MAX) {
            waitingForLeader.removeFirst();
        }
    }

    /** Normal entries up to the next membership change, or that change alone, since the core may replace it. */
    private List<Entry> nextBatch() {
        List<Entry> batch = new ArrayList<>();
        for (Entry entry : waitingForLeader) {
            if (entry.type() != EntryType.NORMAL) {
                if (batch.isEmpty()) {
                    batch.add(entry);
                }
                break;
            }
            batch.add(entry);
        }
        return batch;
    }

    /** The only voter need not wait for an election timeout: nobody else could answer its call. */
    private void campaignAtStart() {
        if (!campaigning) {
            return;
        }
        if (raft.role() == Role.FOLLOWER && members.voters().equals(List.of(memberId))) {
            raft.campaign();
        }
        campaigning = raft.role() != Role.LEADER && members.voters().size() <= 1;
    }

    private void tick(long nowNanos) throws IOException {
        if (!ticking) {
            ticking = true;
            nextTickNanos = nowNanos + tickNanos;
        }
        for (int i = 0; i < TICKS_PER_TURN_MAX && nowNanos - nextTickNanos >= 0; i++) {
            raft.storageStalled(stall.tick(writesInFlight > 0));
            raft.tick();
            nextTickNanos += tickNanos;
            writeLateCommit();
        }
        if (nowNanos - nextTickNanos >= 0) {
            nextTickNanos = nowNanos + tickNanos;
        }
    }

    private void hand(Ready ready) throws IOException {
        if (!ready.sendNow().isEmpty()) {
            transport.send(ready.sendNow());
        }
        if (onlyMovesCommit(ready)) {
            lateCommit = ready;
        } else if (ready.hasWrite()
                || (writesInFlight > 0 && !ready.sendAfterPersisted().isEmpty())) {
            write(ready);
        } else if (!ready.sendAfterPersisted().isEmpty()) {
            transport.send(ready.sendAfterPersisted());
        }
        if (!ready.toApply().isEmpty()) {
            outputs.apply().accept(ready.toApply());
        }
        for (ReadState state : ready.readStates()) {
            reads.confirmed(state);
        }
    }

    /** A commit index alone is not worth a write: it goes with the next entries, or with the next tick. */
    private static boolean onlyMovesCommit(Ready ready) {
        return !ready.mustSync()
                && ready.toPersist().isEmpty()
                && ready.snapshot().isEmpty()
                && ready.sendAfterPersisted().isEmpty()
                && !ready.hardState().isEmpty();
    }

    private void write(Ready ready) throws IOException {
        HardState state = ready.hardState();
        if (state.isEmpty() && lateCommit != null) {
            state = lateCommit.hardState();
        }
        lateCommit = null;
        writesInFlight++;
        var job = new WalWriter.Job.Append(state, ready);
        if (writesInFlight == 1 && isAlone()) {
            outputs.wal().writeNow(job);
            persisted(ready);
        } else {
            outputs.wal().mailbox().post(job);
        }
    }

    /**
     * Without other members there is nothing to do but wait for the disk, so this thread waits itself and spares two hand-overs. The log
     * belongs to this loop while no write is in flight, to the WAL writer while there is one.
     */
    private boolean isAlone() {
        return members.voters().size() == 1
                && members.learners().isEmpty()
                && members.votersOutgoing().isEmpty();
    }

    private void persisted(Ready ready) {
        writesInFlight--;
        stall.progressed();
        log.append(ready.toPersist());
        raft.persisted(ready);
    }

    private void writeLateCommit() throws IOException {
        if (lateCommit != null) {
            write(lateCommit);
        }
    }

    private void publish() {
        committed = raft.committed();
        if (!publishedMembers.equals(members)) {
            publishedMembers = members;
        }
        Leadership last = leadership;
        boolean soleVoter = isSoleVoter();
        if (last.leader() != raft.leader()
                || last.term() != raft.term()
                || last.role() != raft.role()
                || last.soleVoter() != soleVoter) {
            var next = new Leadership(raft.leader(), raft.term(), raft.role(), soleVoter);
            leadership = next;
            outputs.leadership().accept(next);
        }
    }

    /** Once an entry of its term is applied here, everything that was ever acknowledged is. */
    private boolean isSoleVoter() {
        return raft.role() == Role.LEADER
                && members.voters().size() == 1
                && members.votersOutgoing().isEmpty()
                && log.term(applied) == raft.term();
    }
}
