package dev.quorate.server.node;

import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.raft.EntryType;
import dev.quorate.raft.HardState;
import dev.quorate.raft.Raft;
import dev.quorate.raft.ReadState;
import dev.quorate.raft.Ready;
import dev.quorate.raft.Role;
import dev.quorate.raft.Snapshot;
import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.message.Message;
import dev.quorate.raft.message.Propose;
import dev.quorate.server.Transport;
import dev.quorate.server.loop.Mailbox;
import dev.quorate.server.loop.Worker;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Owns the raft core: feeds it what arrived, ticks it, and hands out what it decided, to the disk, to the peers and to the state machine.
 *
 * <p>Proposals that arrive together are appended together, so that one turn costs one write however many callers there are.
 */
final class RaftLoop implements Worker {
    /** Inputs taken per turn, so that ticks and decisions are never starved. */
    private static final int INPUTS_PER_TURN_MAX = 4096;

    /** Messages of other members that wait at most; more are dropped, which the protocol bears. */
    private static final int RECEIVED_MAX = 4096;

    /** Ticks caught up per turn after the thread was held up; more would start elections nobody needs. */
    private static final int TICKS_PER_TURN_MAX = 2;

    /** What is applied on this thread at most, when there is nothing else to do; more is worth a second thread. */
    private static final int APPLIED_HERE_MAX = 2;

    /** Where decisions go. All but one of these only post to a mailbox. */
    interface Outputs {
        WalWriter wal();

        void apply(List<Entry> entries);

        /** Applies at once, on this thread, if the apply loop is idle; otherwise does nothing and returns false. */
        default boolean tryApplyHere(List<Entry> entries) {
            return false;
        }

        /** The log begins anew behind this snapshot, which is durable. */
        void install(Snapshot snapshot);

        /** The receiver needs what is compacted. */
        void sendSnapshot(InstallSnapshot message);

        void leadership(Leadership leadership);

        /** Why this member, if it leads, should not append a change of members, or null. */
        @Nullable StatusException refusalOf(Entry change);
    }

    /** A request that was appended or sent to the leader in a term. */
    private record HandedOut(long id, long term, Entry entry) {}

    /** After a snapshot was sent the log keeps what its receiver needs next for so long, as etcd's does. */
    private static final long KEEP_AFTER_SNAPSHOT_NANOS = 30_000_000_000L;

    private final Mailbox<Input> inputs = new Mailbox<>();
    private final ArrayDeque<Input.Propose> waitingForLeader = new ArrayDeque<>();
    private final List<Input.Propose> proposals = new ArrayList<>();
    private final ArrayDeque<HandedOut> handedOut = new ArrayDeque<>();
    private final List<Input.Propose> toSendAgain = new ArrayList<>();
    private final Set<Long> snapshotsUnderWay = new TreeSet<>();
    private final AtomicInteger received = new AtomicInteger();
    private final Waiters waiters;
    private final Raft raft;
    private final StableLog log;
    private final Transport transport;
    private final Outputs outputs;
    private final Reads reads;
    private final long tickNanos;
    private final long memberId;
    private final StallWatch stall;

    private boolean campaigning = true;
    private boolean leaderless;

    private ConfState members;
    private long applied;
    private long nextTickNanos;
    private boolean ticking;
    private long nowNanos;
    private long keepLogUntilNanos;
    private boolean keepLog;
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
            Waiters waiters,
            long tickNanos,
            long memberId) {
        this.raft = raft;
        this.log = log;
        this.transport = transport;
        this.outputs = outputs;
        this.reads = reads;
        this.waiters = waiters;
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

    /** Whether there were other members after the last turn; any thread. */
    boolean hasOthers() {
        return !isAlone(publishedMembers);
    }

    @Override
    public long work(long now) throws IOException {
        nowNanos = now;
        int taken = 0;
        for (Input input = inputs.poll(); input != null; input = inputs.poll()) {
            take(input);
            if (++taken >= INPUTS_PER_TURN_MAX) {
                break;
            }
        }
        propose();
        tick();
        campaignAtStart();
        refuseWithoutLeader();
        do {
            reads.ask(raft, nowNanos);
            while (raft.hasReady()) {
                Ready ready = raft.ready();
                // Whoever applies an entry must find the leader that it was written under.
                publish();
                hand(ready);
            }
            // Nobody wakes this loop for reads that arrived during the round that was just
            // confirmed.
        } while (reads.isDue());
        publish();
        return taken >= INPUTS_PER_TURN_MAX ? 0 : Math.max(0, nextTickNanos - nowNanos);
    }

    private void take(Input input) {
        switch (input) {
            case Input.Propose propose -> proposals.add(propose);
            case Input.Receive(var message) -> {
                received.decrementAndGet();
                step(message);
            }
            case Input.Unreachable(long id) -> raft.reportUnreachable(id);
            case Input.Gone(long id) -> raft.memberGone(id);
            case Input.Undelivered(List<Entry> entries) -> undelivered(entries);
            case Input.SnapshotSent(long id, boolean arrived) -> snapshotSent(id, arrived);
            case Input.TermBegan(long term) -> refuseOlderThan(term);
            case Input.LeaderMissing() -> leaderless = raft.leader() == 0;
            case Input.Hurry(int ticks) -> hurry(ticks);
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
            case Input.ApplyChange(var change) -> members = raft.applyConfChange(change);
            case Input.SnapshotTaken(var snapshot, long compactTo) -> {
                log.snapshot(snapshot);
                if (mayCompact()) {
                    log.compact(compactTo);
                }
            }
            case Input.TransferLeadership(long transferee) -> raft.transferLeader(transferee);
            case Input.Inspect(var viewer) -> viewer.accept(raft.status());
            case Input.Campaign() -> raft.campaign();
        }
    }

    /** Takes a message of another member, unless so many wait already; any thread, which then sees to it that somebody looks at it. */
    void receive(Message message) {
        if (received.incrementAndGet() > RECEIVED_MAX) {
            received.decrementAndGet();
            return;
        }
        inputs.add(new Input.Receive(message));
    }

    private void step(Message message) {
        if (!(message instanceof Propose forwarded)
                || raft.role() != Role.LEADER
                || forwarded.entries().stream().noneMatch(RaftLoop::changesMembers)) {
            raft.step(message);
            return;
        }
        // Whoever asked for a change that has become unsafe waits in vain, as when another change
        // is under way.
        List<Entry> safe = new ArrayList<>(forwarded.entries());
        safe.removeIf(entry -> changesMembers(entry) && outputs.refusalOf(entry) != null);
        if (!safe.isEmpty()) {
            raft.step(new Propose(forwarded.from(), forwarded.to(), safe));
        }
    }

    private static boolean changesMembers(Entry entry) {
        return entry.type() != EntryType.NORMAL;
    }

    /** What certainly did not reach the leader can be given to the next one, or to this one at the next tick. */
    private void undelivered(List<Entry> entries) {
        Set<Entry> lost = Collections.newSetFromMap(new IdentityHashMap<>());
        lost.addAll(entries);
        handedOut.removeIf(sent -> {
            boolean again = lost.contains(sent.entry);
            if (again && waiters.contains(sent.id)) {
                toSendAgain.add(new Input.Propose(sent.entry, sent.id, 0));
            }
            return again;
        });
    }

    private void snapshotSent(long id, boolean arrived) {
        snapshotsUnderWay.remove(id);
        keepLog = true;
        keepLogUntilNanos = nowNanos + KEEP_AFTER_SNAPSHOT_NANOS;
        raft.reportSnapshot(id, arrived);
    }

    /** Whoever gets a snapshot needs the entries behind it next. */
    private boolean mayCompact() {
        keepLog = keepLog && nowNanos - keepLogUntilNanos < 0;
        return !keepLog && snapshotsUnderWay.isEmpty();
    }

    /**
     * What was handed out in an earlier term and is not applied before the first entry of this one is lost, or will be appended by a
     * detour, which nobody can know: the caller need not wait until its time is up.
     */
    private void refuseOlderThan(long term) {
        for (HandedOut oldest = handedOut.peek();
                oldest != null && oldest.term < term;
                oldest = handedOut.peek()) {
            handedOut.remove();
            waiters.refuse(oldest.id, EtcdError.TIMEOUT_DUE_TO_LEADER_FAIL.exception());
        }
    }

    /**
     * Once there has been no leader for several election timeouts, whoever waits or comes is refused at once, so that clients try another
     * member. What was handed out may still be applied; the rest never left this member.
     */
    private void refuseWithoutLeader() {
        leaderless = leaderless && raft.leader() == 0;
        if (!leaderless) {
            return;
        }
        refuseOlderThan(Long.MAX_VALUE);
        waitingForLeader.addAll(toSendAgain);
        toSendAgain.clear();
        for (Input.Propose waiting : waitingForLeader) {
            waiters.refuse(waiting.id(), EtcdError.NO_LEADER.exception());
        }
        waitingForLeader.clear();
        reads.refuseAll(EtcdError.NO_LEADER.exception());
    }

    /** A member that starts among others need not wait as long as one whose leader fell silent. */
    private void hurry(int ticks) {
        for (int i = 0; i < ticks && raft.role() == Role.FOLLOWER && raft.leader() == 0; i++) {
            raft.tick();
        }
    }

    /** Proposals wait, not fail, while there is no leader; their callers' deadlines end the wait. */
    private void propose() {
        if (proposals.isEmpty() && waitingForLeader.isEmpty()) {
            return;
        }
        if (raft.leader() != 0) {
            // Whoever was told that its time was up must not be served later.
            waitingForLeader.removeIf(waiting -> !waiters.contains(waiting.id()));
        }
        waitingForLeader.addAll(proposals);
        proposals.clear();
        waitingForLeader.removeIf(this::refuseOutOfTerm);
        waitingForLeader.removeIf(this::refuseUnsafeChange);
        while (!waitingForLeader.isEmpty() && raft.leader() != 0) {
            List<Entry> batch = nextBatch();
            if (!raft.propose(batch)) {
                return;
            }
            for (int i = 0; i < batch.size(); i++) {
                remember(waitingForLeader.removeFirst());
            }
        }
        while (waitingForLeader.size() > Waiters.PENDING_MAX) {
            waitingForLeader.removeFirst();
        }
    }

    private boolean refuseOutOfTerm(Input.Propose propose) {
        boolean isOut =
                propose.onlyInTerm() != 0
                        && (raft.role() != Role.LEADER || raft.term() != propose.onlyInTerm());
        if (isOut) {
            waiters.refuse(propose.id(), EtcdError.LEADER_CHANGED.exception());
        }
        return isOut;
    }

    private boolean refuseUnsafeChange(Input.Propose propose) {
        StatusException refusal =
                changesMembers(propose.entry()) && raft.role() == Role.LEADER
                        ? outputs.refusalOf(propose.entry())
                        : null;
        if (refusal != null) {
            waiters.refuse(propose.id(), refusal);
        }
        return refusal != null;
    }

    private void remember(Input.Propose propose) {
        if (isAlone()) {
            return;
        }
        for (HandedOut oldest = handedOut.peek();
                oldest != null && !waiters.contains(oldest.id);
                oldest = handedOut.peek()) {
            handedOut.remove();
        }
        handedOut.add(new HandedOut(propose.id(), raft.term(), propose.entry()));
    }

    /** Normal entries up to the next membership change, or that change alone, since the core may replace it. */
    private List<Entry> nextBatch() {
        List<Entry> batch = new ArrayList<>();
        for (Input.Propose waiting : waitingForLeader) {
            Entry entry = waiting.entry();
            if (changesMembers(entry)) {
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

    private void tick() throws IOException {
        if (!ticking) {
            ticking = true;
            nextTickNanos = nowNanos + tickNanos;
        }
        for (int i = 0; i < TICKS_PER_TURN_MAX && nowNanos - nextTickNanos >= 0; i++) {
            raft.storageStalled(stall.tick(writesInFlight > 0));
            raft.tick();
            proposals.addAll(toSendAgain);
            toSendAgain.clear();
            nextTickNanos += tickNanos;
            writeLateCommit();
        }
        if (nowNanos - nextTickNanos >= 0) {
            nextTickNanos = nowNanos + tickNanos;
        }
    }

    private void hand(Ready ready) throws IOException {
        send(ready.sendNow());
        if (onlyMovesCommit(ready)) {
            lateCommit = ready;
        } else if (ready.hasWrite()
                || (writesInFlight > 0 && !ready.sendAfterPersisted().isEmpty())) {
            write(ready);
        } else if (!ready.sendAfterPersisted().isEmpty()) {
            transport.send(ready.sendAfterPersisted());
        }
        if (!ready.toApply().isEmpty()) {
            apply(ready.toApply());
        }
        for (ReadState state : ready.readStates()) {
            reads.confirmed(state);
        }
    }

    private void send(List<Message> messages) {
        if (messages.isEmpty()) {
            return;
        }
        List<Message> rest = messages;
        if (raft.role() == Role.LEADER && hasSnapshot(messages)) {
            rest = new ArrayList<>();
            for (Message message : messages) {
                if (message instanceof InstallSnapshot install) {
                    snapshotsUnderWay.add(install.to());
                    outputs.sendSnapshot(install);
                } else {
                    rest.add(message);
                }
            }
        }
        transport.send(rest);
    }

    private static boolean hasSnapshot(List<Message> messages) {
        for (Message message : messages) {
            if (message instanceof InstallSnapshot) {
                return true;
            }
        }
        return false;
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
        if (writesInFlight == 1 && isAlone() && ready.snapshot().isEmpty()) {
            outputs.wal().writeNow(job);
            persisted(ready);
        } else {
            outputs.wal().mailbox().post(job);
        }
    }

    /** With one request under way a hand-over costs more than the work. */
    private void apply(List<Entry> entries) throws IOException {
        boolean here =
                entries.size() <= APPLIED_HERE_MAX
                        && inputs.isEmpty()
                        && entries.stream().allMatch(this::mayApplyHere)
                        && outputs.tryApplyHere(entries);
        if (!here) {
            outputs.apply(entries);
        }
    }

    /** Whoever applies a change of members asks this loop to follow, and waits. With others this loop may not stand still for long. */
    private boolean mayApplyHere(Entry entry) {
        return entry.type() == EntryType.NORMAL && (isAlone() || RaftCodec.isShortPut(entry));
    }

    /**
     * Without other members there is nothing to do but wait for the disk, so this thread waits itself and spares two hand-overs. The log
     * belongs to this loop while no write is in flight, to the WAL writer while there is one.
     */
    private boolean isAlone() {
        return isAlone(members);
    }

    private static boolean isAlone(ConfState members) {
        return members.voters().size() == 1
                && members.learners().isEmpty()
                && members.votersOutgoing().isEmpty();
    }

    private void persisted(Ready ready) {
        writesInFlight--;
        stall.progressed();
        Snapshot snapshot = ready.snapshot();
        if (!snapshot.isEmpty()) {
            log.reset(snapshot);
            members = snapshot.confState();
        }
        log.append(ready.toPersist());
        raft.persisted(ready);
        if (!snapshot.isEmpty()) {
            outputs.install(snapshot);
        }
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
            outputs.leadership(next);
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
