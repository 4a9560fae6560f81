package dev.quorate.raft;

import dev.quorate.raft.change.Membership;
import dev.quorate.raft.change.MembershipChange;
import dev.quorate.raft.log.Write;
import dev.quorate.raft.message.AppendEntries;
import dev.quorate.raft.message.AppendReply;
import dev.quorate.raft.message.Heartbeat;
import dev.quorate.raft.message.HeartbeatReply;
import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.message.Message;
import dev.quorate.raft.message.PreVoteReply;
import dev.quorate.raft.message.Propose;
import dev.quorate.raft.message.ReadIndex;
import dev.quorate.raft.message.ReadIndexReply;
import dev.quorate.raft.message.RequestPreVote;
import dev.quorate.raft.message.RequestVote;
import dev.quorate.raft.message.TimeoutNow;
import dev.quorate.raft.message.TransferLeader;
import dev.quorate.raft.message.VoteReply;
import dev.quorate.raft.progress.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One member of a raft group, as a state machine: calls in, {@link Ready} out.
 *
 * <pre>
 *                 ┌───────────────────────── a higher term, or a leader of the same ──┐
 *                 ▼                                                                   │
 *   start ──► FOLLOWER ── time is up ──► PRE_CANDIDATE ── a quorum would ──► CANDIDATE ┤
 *                 ▲                            │                                │     │
 *                 ├──────── a quorum refuses ──┴────────────────────────────────┤     │
 *                 │                                                a quorum votes     │
 *                 │                                                             ▼     │
 *                 └───────── no quorum answers ───────────────────────────── LEADER ──┘
 * </pre>
 *
 * <p>Without pre-votes a follower becomes a candidate at once; told to by its leader, it always
 * does.
 *
 * <p>The protocol and its details are etcd's, so that members of both kinds form one group. Not
 * thread safe: one thread owns it. Every method returns at once; what it leads to appears in the
 * next {@link #ready}. An {@link IllegalStateException} means that an invariant of the group is
 * broken: the process must stop, since going on could lose what was acknowledged.
 */
public final class Raft {
    /**
     * Writes under way at most. A member whose disk does not keep up falls silent rather than
     * piling up work, so that others notice.
     */
    static final int WRITES_IN_FLIGHT_MAX = 1024;

    private final Core core;
    private final Election election;
    private final Following following;
    private final Leadership leadership;
    private HardState knownHardState;
    private SoftState knownSoftState;
    private long readyNumber;

    /**
     * A member as storage remembers it; a follower at first.
     *
     * @param storage what is stored; also holds term, vote and membership to start from
     * @param random draws election timeouts, and nothing else
     */
    public Raft(Config config, LogStorage storage, RandomGenerator random) {
        this.core = new Core(config, storage, random);
        this.leadership = new Leadership(core);
        this.election = new Election(core, leadership);
        this.following = new Following(core);
        this.knownHardState = storage.hardState();
        this.knownSoftState = core.softState();
    }

    // What the driver tells: time, messages, requests

    /** One unit of time has passed. */
    public void tick() {
        if (core.role() == Role.LEADER) {
            leadership.tick();
            return;
        }
        core.electionElapsed++;
        if (core.isPromotable() && core.isElectionDue()) {
            core.electionElapsed = 0;
            election.begin();
        }
    }

    /**
     * Stands for election now. Ignored by a leader, a learner, a stranger, and while a committed
     * change of members is not applied.
     */
    public void campaign() {
        election.begin();
    }

    /**
     * Takes a message from the network. Whatever does not fit is ignored: answers of strangers,
     * stale terms, kinds that the present role does not serve.
     */
    public void step(Message message) {
        if (!isAdmitted(message)) {
            return;
        }
        if (isBoundToTerm(message)) {
            if (message.term() < core.term()) {
                onStaleTerm(message);
                return;
            }
            if (message.term() > core.term() && !enterTermOf(message)) {
                return;
            }
        }
        dispatch(message);
    }

    private boolean isAdmitted(Message message) {
        if (Config.isReserved(message.from())) {
            return false;
        }
        if (message.from() == core.id) {
            return isRelayed(message);
        }
        // A new member may not know its leader yet, but it never asked anything of a stranger.
        return isRequest(message) || core.progress.get(message.from()) != null;
    }

    /** Whether others pass the message on in the name of the one who asked. */
    private static boolean isRelayed(Message message) {
        return switch (message) {
            case Propose _, ReadIndex _, TransferLeader _ -> true;
            case AppendEntries _,
                    AppendReply _,
                    Heartbeat _,
                    HeartbeatReply _,
                    InstallSnapshot _,
                    RequestVote _,
                    VoteReply _,
                    RequestPreVote _,
                    PreVoteReply _,
                    TimeoutNow _,
                    ReadIndexReply _ ->
                    false;
        };
    }

    private static boolean isRequest(Message message) {
        return switch (message) {
            case AppendEntries _,
                    Heartbeat _,
                    InstallSnapshot _,
                    RequestVote _,
                    RequestPreVote _,
                    Propose _,
                    ReadIndex _,
                    TransferLeader _,
                    TimeoutNow _ ->
                    true;
            case AppendReply _, HeartbeatReply _, VoteReply _, PreVoteReply _, ReadIndexReply _ ->
                    false;
        };
    }

    private static boolean isBoundToTerm(Message message) {
        return switch (message) {
            case Propose _, ReadIndex _ -> false;
            case TransferLeader transfer -> transfer.term() != 0;
            case AppendEntries _,
                    AppendReply _,
                    Heartbeat _,
                    HeartbeatReply _,
                    RequestVote _,
                    VoteReply _,
                    RequestPreVote _,
                    PreVoteReply _,
                    InstallSnapshot _,
                    TimeoutNow _,
                    ReadIndexReply _ ->
                    true;
        };
    }

    private void onStaleTerm(Message message) {
        switch (message) {
            case AppendEntries _, Heartbeat _ -> {
                if (core.config.checkQuorum() || core.config.preVote()) {
                    // Without this a member with a higher term could stay apart for ever: its votes
                    // are refused under the lease, and it refuses the leader's messages.
                    core.send(AppendReply.accept(core.id, message.from(), core.term(), 0));
                }
            }
            case RequestPreVote _ ->
                    core.send(new PreVoteReply(core.id, message.from(), core.term(), true));
            case AppendReply _,
                    HeartbeatReply _,
                    RequestVote _,
                    VoteReply _,
                    PreVoteReply _,
                    InstallSnapshot _,
                    Propose _,
                    TransferLeader _,
                    TimeoutNow _,
                    ReadIndex _,
                    ReadIndexReply _ -> {}
        }
    }

    /** Returns false when the message is to be ignored. */
    private boolean enterTermOf(Message message) {
        switch (message) {
            case RequestVote request -> {
                if (!request.transfer() && isUnderLease()) {
                    return false;
                }
                core.becomeFollower(message.term(), 0);
            }
            case RequestPreVote _ -> {
                return !isUnderLease();
            }
            case PreVoteReply reply -> {
                if (reply.rejected()) {
                    core.becomeFollower(message.term(), 0);
                }
            }
            case AppendEntries _, Heartbeat _, InstallSnapshot _ ->
                    core.becomeFollower(message.term(), message.from());
            case AppendReply _,
                    HeartbeatReply _,
                    VoteReply _,
                    Propose _,
                    TransferLeader _,
                    TimeoutNow _,
                    ReadIndex _,
                    ReadIndexReply _ ->
                    core.becomeFollower(message.term(), 0);
        }
        return true;
    }

    /** Whether a leader was heard of so recently that nobody else may disturb. */
    private boolean isUnderLease() {
        return core.config.checkQuorum()
                && core.leader() != 0
                && core.electionElapsed < core.config.electionTicks();
    }

    private void dispatch(Message message) {
        switch (message) {
            case RequestVote m -> election.onRequestVote(m);
            case RequestPreVote m -> election.onRequestPreVote(m);
            case VoteReply m -> election.onVoteReply(m);
            case PreVoteReply m -> election.onPreVoteReply(m);
            case AppendEntries m -> {
                if (acceptsLeader(m.from())) {
                    following.onAppendEntries(m);
                }
            }
            case Heartbeat m -> {
                if (acceptsLeader(m.from())) {
                    following.onHeartbeat(m);
                }
            }
            case InstallSnapshot m -> {
                if (acceptsLeader(m.from())) {
                    following.onInstallSnapshot(m);
                }
            }
            case AppendReply m -> {
                if (core.role() == Role.LEADER) {
                    leadership.onAppendReply(m);
                }
            }
            case HeartbeatReply m -> {
                if (core.role() == Role.LEADER) {
                    leadership.onHeartbeatReply(m);
                }
            }
            case Propose m -> propose(m.from(), m.entries());
            case ReadIndex m -> onReadIndex(m);
            case ReadIndexReply m -> {
                if (core.role() == Role.FOLLOWER) {
                    following.onReadIndexReply(m);
                }
            }
            case TransferLeader m -> transferLeader(m.from());
            case TimeoutNow _ -> {
                if (core.role() == Role.FOLLOWER) {
                    election.beginTransfer();
                }
            }
        }
    }

    /** A message of this term's leader ends a candidacy. */
    private boolean acceptsLeader(long from) {
        if (core.role() == Role.LEADER) {
            return false;
        }
        if (core.role() != Role.FOLLOWER) {
            core.becomeFollower(core.term(), from);
        }
        return true;
    }

    /** Proposes one payload. See {@link #propose(List)}. */
    public boolean propose(byte[] data) {
        return propose(List.of(Entry.proposal(EntryType.NORMAL, data)));
    }

    /**
     * Proposes entries, all or none: a leader appends them, a follower sends them to the leader.
     * Terms and indexes in the arguments are ignored. Many entries in one call cost one message to
     * each member, as one entry does.
     *
     * @return false when they were dropped for sure: nobody leads, leadership is being handed over,
     *     this leader is no member, or too much is uncommitted. True promises nothing: whether they
     *     become committed shows only when they are handed out to be applied
     */
    public boolean propose(List<Entry> entries) {
        Check.argument(!entries.isEmpty(), "entries", entries.size(), "> 0");
        return propose(core.id, entries);
    }

    private boolean propose(long proposer, List<Entry> entries) {
        return switch (core.role()) {
            case LEADER -> entries.isEmpty() || leadership.propose(entries);
            case FOLLOWER -> following.forward(proposer, entries);
            case CANDIDATE, PRE_CANDIDATE -> false;
        };
    }

    /**
     * Proposes a change of members, encoded as {@code raftpb.ConfChange}. While an earlier change
     * may be unapplied, the leader appends a no-op in its place.
     *
     * @return see {@link #propose(List)}
     */
    public boolean proposeConfChange(byte[] data) {
        return propose(List.of(Entry.proposal(EntryType.CONF_CHANGE, data)));
    }

    /**
     * Asks for an index from which a read is linearizable. The answer, a {@link ReadState} with the
     * same context, may never come: whoever waits asks again.
     */
    public void readIndex(byte[] context) {
        onReadIndex(new ReadIndex(core.id, core.id, context));
    }

    private void onReadIndex(ReadIndex request) {
        switch (core.role()) {
            case LEADER -> leadership.onReadIndex(request);
            case FOLLOWER -> following.forward(request);
            case CANDIDATE, PRE_CANDIDATE -> {}
        }
    }

    /**
     * Asks the leader, perhaps itself, to hand over to the member. Success shows in the soft state.
     */
    public void transferLeader(long transferee) {
        switch (core.role()) {
            case LEADER -> leadership.onTransfer(transferee);
            case FOLLOWER -> following.forwardTransfer(transferee);
            case CANDIDATE, PRE_CANDIDATE -> {}
        }
    }

    /**
     * Says whether the disk of this member has stalled: writes are under way and none has ended for as long as an election takes. While
     * it lasts, this member does not stand for election; as leader it hands over to the voter that is furthest ahead, and if that one does
     * not take over within an election timeout, it becomes a follower. A leader of etcd falls silent then, because it sends and writes on
     * one thread; one that goes on sending would be leader of a group that it cannot serve.
     */
    public void storageStalled(boolean stalled) {
        if (core.stalled != stalled) {
            core.stalled = stalled;
            if (stalled && core.role() == Role.LEADER) {
                leadership.handOver();
            }
        }
    }

    /**
     * A member certainly does not run: its machine says that nobody listens where it was. A follower of it need not wait for its
     * silence, nor keep others from being elected. If it was wrong, the next message of the leader mends it; a poll that others refuse
     * changes nothing.
     */
    public void memberGone(long id) {
        if (core.role() == Role.FOLLOWER && core.leader() == id && id != 0) {
            core.loseLeader();
        }
    }

    /** A message to the member could not be sent. */
    public void reportUnreachable(long id) {
        if (core.role() == Role.LEADER) {
            leadership.onUnreachable(id);
        }
    }

    /**
     * How sending a snapshot to the member ended. Must be reported, or nothing else is sent to it.
     */
    public void reportSnapshot(long id, boolean arrived) {
        if (core.role() == Role.LEADER) {
            leadership.onSnapshotSent(id, arrived);
        }
    }

    // What the driver reports back

    /**
     * Everything in this {@link Ready} and in all earlier ones is durable. Those that write nothing
     * need not be reported.
     */
    public void persisted(Ready ready) {
        persistedThrough(ready.number());
    }

    /**
     * The {@link Ready} whose last entry this is, and all earlier ones, are durable. To be called
     * for each one that has entries; when writes are merged, or have no entries, use
     * {@link #persisted(Ready)}.
     */
    public void persisted(long term, long index) {
        persistedThrough(core.log.writeEndingAt(term, index));
    }

    private void persistedThrough(long number) {
        HardState durable = HardState.EMPTY;
        Write write = core.log.durableThrough(number);
        while (write != null) {
            durable = write.hardState().isEmpty() ? durable : write.hardState();
            write = core.log.durableThrough(number);
        }
        election.onDurable(durable);
        if (core.role() == Role.LEADER) {
            leadership.onDurable(core.log.durableIndex());
        }
    }

    /**
     * The state machine has applied all entries up to the index, or has been replaced by the
     * snapshot at the index. Changes of members among them must have been given to
     * {@link #applyConfChange}.
     */
    public void applied(long index) {
        if (index > core.log.applied()) {
            core.log.appliedTo(index);
            if (core.role() == Role.LEADER) {
                leadership.onApplied();
            }
        }
    }

    /**
     * An applied entry changes the members. To be called for every such entry, in order; with node
     * id 0 for a change that was refused by the state machine.
     *
     * @return the membership after the change, for snapshots
     */
    public ConfState applyConfChange(ConfChange change) {
        return applyConfChange(change.toV2());
    }

    /** The general form of {@link #applyConfChange(ConfChange)}. */
    public ConfState applyConfChange(ConfChangeV2 change) {
        Membership changed = MembershipChange.apply(core.membership(), change);
        core.membership(changed);
        if (core.role() == Role.LEADER) {
            leadership.onMembershipChanged();
        }
        return changed.toConfState();
    }

    // What the driver has to do

    /** Whether {@link #ready} would give anything. */
    public boolean hasReady() {
        return core.log.writesInFlight() < WRITES_IN_FLIGHT_MAX
                && (!core.outbox.isEmpty()
                        || !core.readStates.isEmpty()
                        || core.log.hasUnwritten()
                        || core.log.hasToApply()
                        || !core.hardState().equals(knownHardState)
                        || !core.softState().equals(knownSoftState));
    }

    /** What {@link #ready} would give, without taking it. */
    public Ready peek() {
        HardState hardState = core.hardState();
        boolean stateChanged = !hardState.equals(knownHardState);
        boolean write = stateChanged || core.log.hasUnwritten();
        boolean urgent =
                core.log.hasUnwritten()
                        || hardState.term() != knownHardState.term()
                        || hardState.vote() != knownHardState.vote();
        // With nothing on its way to the disk, everything promised is durable already.
        boolean waits = write || core.log.writesInFlight() > 0;
        List<Message> now = new ArrayList<>(core.outbox.now());
        if (!waits) {
            now.addAll(core.outbox.afterPersisted());
        }
        return new Ready(
                readyNumber + 1,
                stateChanged ? hardState : HardState.EMPTY,
                core.log.unwrittenEntries(),
                core.log.unwrittenSnapshot(),
                now,
                waits ? List.copyOf(core.outbox.afterPersisted()) : List.of(),
                core.log.toApply(),
                List.copyOf(core.readStates),
                changedSoftState(),
                urgent);
    }

    private @Nullable SoftState changedSoftState() {
        SoftState softState = core.softState();
        return softState.equals(knownSoftState) ? null : softState;
    }

    /** Takes what there is to do. To be called while {@link #hasReady}. */
    public Ready ready() {
        Check.that(
                core.log.writesInFlight() < WRITES_IN_FLIGHT_MAX,
                "too many writes are under way",
                core.log.writesInFlight(),
                WRITES_IN_FLIGHT_MAX);
        Ready ready = peek();
        readyNumber = ready.number();
        if (ready.hasWrite()) {
            core.log.handOutWrite(ready.number(), ready.hardState());
        }
        if (!ready.toApply().isEmpty()) {
            core.log.handOutToApply(ready.toApply());
            leadership.onHandedOutToApply(ready.toApply());
        }
        core.outbox.clear();
        core.readStates.clear();
        knownHardState = core.hardState();
        knownSoftState = core.softState();
        return ready;
    }

    // What there is to see

    /** What this member does. */
    public Role role() {
        return core.role();
    }

    /** Ticks of silence after which a follower may stand for election. */
    public int electionTicks() {
        return core.config.electionTicks();
    }

    /** Who leads, 0 when unknown. */
    public long leader() {
        return core.leader();
    }

    /** The latest term seen. */
    public long term() {
        return core.term();
    }

    /** The commit index. */
    public long committed() {
        return core.log.committed();
    }

    /** The index of the last entry, durable or not. */
    public long lastIndex() {
        return core.log.lastIndex();
    }

    /** The membership as of the last applied change. */
    public ConfState confState() {
        return core.membership().toConfState();
    }

    /** A picture of this member. */
    public Status status() {
        return new Status(
                core.id,
                core.term(),
                core.vote(),
                core.log.committed(),
                core.log.applied(),
                core.leader(),
                core.role(),
                core.transferee,
                confState(),
                core.role() == Role.LEADER ? members() : List.of());
    }

    private List<Status.Member> members() {
        List<Status.Member> members = new ArrayList<>(core.progress.size());
        for (int i = 0; i < core.progress.size(); i++) {
            Progress member = core.progress.at(i);
            members.add(
                    new Status.Member(
                            core.progress.idAt(i),
                            member.match(),
                            member.next(),
                            member.state(),
                            member.recentlyActive(),
                            member.learner(),
                            member.pendingSnapshot(),
                            member.inflightCount()));
        }
        return List.copyOf(members);
    }
}
