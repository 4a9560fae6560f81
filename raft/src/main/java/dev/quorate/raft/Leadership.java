package dev.quorate.raft;

import dev.quorate.raft.log.RaftLog;
import dev.quorate.raft.message.AppendReply;
import dev.quorate.raft.message.HeartbeatReply;
import dev.quorate.raft.message.ReadIndex;
import dev.quorate.raft.message.ReadIndexReply;
import dev.quorate.raft.message.TimeoutNow;
import dev.quorate.raft.progress.Progress;
import dev.quorate.raft.progress.ProgressState;
import dev.quorate.raft.quorum.Ballot;
import dev.quorate.raft.quorum.IndexLookup;
import dev.quorate.raft.quorum.VoteResult;
import java.util.ArrayList;
import java.util.List;

/** What a leader does. What it sends is {@link Replication}'s part. */
final class Leadership {
    private final Core core;
    private final RaftLog log;
    private final ReadQueue reads;
    private final Replication replication;
    private final IndexLookup matches = this::matchOf;

    /** A change of members up to this index may be unapplied; until then no other is accepted. */
    private long pendingConfIndex;

    /** Payload that is appended but was not handed out to be applied. */
    private long uncommittedBytes;

    Leadership(Core core) {
        this.core = core;
        this.log = core.log;
        this.reads = new ReadQueue(core);
        this.replication = new Replication(core, reads);
    }

    /** The election is won. */
    void begin() {
        core.becomeLeader();
        reads.clear();
        uncommittedBytes = 0;
        // A change may be among the entries of earlier leaders; scanning for it is not worth it.
        pendingConfIndex = log.lastIndex();
        // Only an entry of its own term lets a leader commit, and with it everything before.
        log.append(List.of(Entry.noOp(core.term(), log.lastIndex() + 1)));
        replication.broadcast();
    }

    void tick() {
        core.heartbeatElapsed++;
        core.electionElapsed++;
        if (core.electionElapsed >= core.config.electionTicks()) {
            core.electionElapsed = 0;
            if (core.config.checkQuorum() && !isQuorumActive()) {
                core.becomeFollower(core.term(), 0);
                return;
            }
            if (core.stalled && !core.membership().isOnlyVoter(core.id)) {
                core.becomeFollower(core.term(), 0);
                return;
            }
            core.transferee = 0;
        }
        if (core.heartbeatElapsed >= core.config.heartbeatTicks()) {
            core.heartbeatElapsed = 0;
            replication.broadcastHeartbeat();
        }
    }

    private boolean isQuorumActive() {
        boolean active = core.quorum().vote(this::activity) == VoteResult.WON;
        for (int i = 0; i < core.progress.size(); i++) {
            core.progress.at(i).recentlyActive(core.progress.idAt(i) == core.id);
        }
        return active;
    }

    private Ballot activity(long id) {
        Progress member = core.progress.get(id);
        boolean active = id == core.id || (member != null && member.recentlyActive());
        return active ? Ballot.GRANTED : Ballot.REJECTED;
    }

    // Proposals

    /** Appends the entries. Returns false when it cannot now. */
    boolean propose(List<Entry> proposals) {
        // A leader that was removed keeps its role until it stops, but takes on nothing new.
        if (core.progress.get(core.id) == null || core.transferee != 0) {
            return false;
        }
        long bytes = payloadBytes(proposals);
        if (uncommittedBytes > 0 && bytes > core.config.maxUncommittedBytes() - uncommittedBytes) {
            return false;
        }
        List<Entry> entries = new ArrayList<>(proposals.size());
        for (Entry proposal : proposals) {
            long index = log.lastIndex() + 1 + entries.size();
            entries.add(prepare(proposal, index));
        }
        uncommittedBytes += bytes;
        log.append(entries);
        replication.broadcast();
        return true;
    }

    private Entry prepare(Entry proposal, long index) {
        return switch (proposal.type()) {
            case NORMAL -> new Entry(EntryType.NORMAL, core.term(), index, proposal.data());
            case CONF_CHANGE, CONF_CHANGE_V2 -> {
                if (!isChangeAllowed(proposal)) {
                    yield Entry.noOp(core.term(), index);
                }
                pendingConfIndex = index;
                yield new Entry(proposal.type(), core.term(), index, proposal.data());
            }
        };
    }

    private boolean isChangeAllowed(Entry proposal) {
        boolean leavesJoint =
                proposal.type() == EntryType.CONF_CHANGE_V2 && proposal.data().length == 0;
        return pendingConfIndex <= log.applied() && leavesJoint == core.membership().isJoint();
    }

    private static long payloadBytes(List<Entry> entries) {
        long bytes = 0;
        for (Entry entry : entries) {
            bytes += entry.data().length;
        }
        return bytes;
    }

    /** Committed entries are with the driver: they no longer count as taken on. */
    void onHandedOutToApply(List<Entry> entries) {
        uncommittedBytes = Math.max(0, uncommittedBytes - payloadBytes(entries));
    }

    /** Entries were applied: perhaps a joint configuration may end now. */
    void onApplied() {
        if (core.membership().autoLeave() && log.applied() >= pendingConfIndex) {
            propose(List.of(Entry.proposal(EntryType.CONF_CHANGE_V2, new byte[0])));
        }
    }

    // Progress of the members

    /** The own log is durable up to the index. */
    void onDurable(long index) {
        Progress own = core.progress.get(core.id);
        if (own != null && own.acknowledge(index) && advanceCommit()) {
            replication.broadcast();
        }
    }

    void onAppendReply(AppendReply reply) {
        Progress member = core.progress.get(reply.from());
        if (member == null || reply.from() == core.id) {
            return;
        }
        member.recentlyActive(true);
        if (reply.rejected()) {
            onRejected(member, reply);
        } else {
            onAccepted(member, reply);
        }
    }

    private void onRejected(Progress member, AppendReply reply) {
        long agreement = reply.rejectHint();
        if (reply.hintTerm() > 0) {
            agreement = log.agreementBelow(agreement, reply.hintTerm());
        }
        if (member.refuse(reply.index(), agreement)) {
            if (member.state() == ProgressState.REPLICATE) {
                member.becomeProbe();
            }
            replication.sendAppend(reply.from(), member, true);
        }
    }

    private void onAccepted(Progress member, AppendReply reply) {
        Check.that(
                reply.index() <= log.lastIndex(),
                "a member has more than the leader",
                reply.index(),
                log.lastIndex());
        boolean probed = member.state() == ProgressState.PROBE && member.match() == reply.index();
        if (!member.acknowledge(reply.index()) && !probed) {
            return;
        }
        switch (member.state()) {
            case PROBE -> member.becomeReplicate();
            case REPLICATE -> member.freeInflight(reply.index());
            case SNAPSHOT -> {
                // It need not be the snapshot that helped: what matters is that the log continues.
                if (member.match() + 1 >= log.firstIndex()) {
                    member.becomeReplicate();
                }
            }
        }
        if (advanceCommit()) {
            replication.broadcast();
        } else if (member.canLearnCommit(log.committed())) {
            replication.sendAppend(reply.from(), member, true);
        }
        replication.sendAll(reply.from(), member);
        if (reply.from() == core.transferee && member.match() == log.lastIndex()) {
            core.send(new TimeoutNow(core.id, reply.from(), core.term()));
        }
    }

    /** Commits what a quorum has. Returns whether that moved. */
    private boolean advanceCommit() {
        long index = core.quorum().committed(matches);
        // Counting copies proves nothing for entries of earlier terms: they can still be replaced.
        if (index <= log.committed() || !log.matches(index, core.term())) {
            return false;
        }
        log.commitTo(index);
        startEarlyReads();
        return true;
    }

    private long matchOf(long id) {
        Progress member = core.progress.get(id);
        return member == null ? 0 : member.match();
    }

    void onHeartbeatReply(HeartbeatReply reply) {
        Progress member = core.progress.get(reply.from());
        if (member == null || reply.from() == core.id) {
            return;
        }
        member.recentlyActive(true);
        member.resume();
        if (member.match() < log.lastIndex() || member.state() == ProgressState.PROBE) {
            replication.sendAppend(reply.from(), member, true);
        }
        reads.echoed(member, reply.context());
        answerConfirmedReads();
    }

    void onUnreachable(long id) {
        Progress member = core.progress.get(id);
        if (member != null && member.state() == ProgressState.REPLICATE) {
            // Messages were probably lost: sending ahead would only lose more.
            member.becomeProbe();
        }
    }

    void onSnapshotSent(long id, boolean arrived) {
        Progress member = core.progress.get(id);
        if (member == null || member.state() != ProgressState.SNAPSHOT) {
            return;
        }
        if (!arrived) {
            member.snapshotFailed();
        }
        member.becomeProbe();
        // Its answer may be on the way; until then, or a heartbeat's, there is nothing to ask.
        member.pause();
    }

    /** The membership was changed by an applied entry. */
    void onMembershipChanged() {
        if (!core.membership().members().contains(core.id)
                || core.membership().learners().contains(core.id)) {
            return; // removed or demoted: only leads on until it is stopped
        }
        if (advanceCommit()) {
            replication.broadcast();
        } else {
            replication.greetNewMembers();
        }
        answerConfirmedReads();
        if (!core.membership().allVoters().contains(core.transferee)) {
            core.transferee = 0;
        }
    }

    // Reads

    void onReadIndex(ReadIndex request) {
        if (!log.matches(log.committed(), core.term())) {
            // Until then it cannot know what earlier leaders committed.
            reads.addEarly(request);
        } else if (startRead(request)) {
            replication.broadcastHeartbeat();
        }
    }

    private void startEarlyReads() {
        boolean started = false;
        for (ReadIndex request : reads.takeEarly()) {
            started |= startRead(request);
        }
        if (started) {
            replication.broadcastHeartbeat();
        }
    }

    /** Returns whether the members have to confirm it. */
    private boolean startRead(ReadIndex request) {
        if (core.membership().isOnlyVoter(core.id)) {
            answer(request, log.committed());
            return false;
        }
        return reads.add(request, log.committed());
    }

    private void answerConfirmedReads() {
        for (ReadQueue.Pending read : reads.takeConfirmed()) {
            answer(read.request(), read.index());
        }
    }

    private void answer(ReadIndex request, long index) {
        if (request.from() == core.id) {
            core.readStates.add(new ReadState(index, request.context()));
        } else {
            core.send(
                    new ReadIndexReply(
                            core.id, request.from(), core.term(), index, request.context()));
        }
    }

    // Transfer

    /** Hands leadership to the voter that is furthest ahead among those that answer, if there is one. */
    void handOver() {
        long best = 0;
        long bestMatch = -1;
        for (int i = 0; i < core.progress.size(); i++) {
            Progress member = core.progress.at(i);
            boolean eligible =
                    core.progress.idAt(i) != core.id
                            && !member.learner()
                            && member.recentlyActive();
            if (eligible && member.match() > bestMatch) {
                best = core.progress.idAt(i);
                bestMatch = member.match();
            }
        }
        if (best != 0) {
            onTransfer(best);
        }
    }

    void onTransfer(long transferee) {
        Progress member = core.progress.get(transferee);
        if (member == null
                || member.learner()
                || transferee == core.id
                || transferee == core.transferee) {
            return;
        }
        core.electionElapsed = 0; // it has one election timeout to take over
        core.transferee = transferee;
        if (member.match() == log.lastIndex()) {
            core.send(new TimeoutNow(core.id, transferee, core.term()));
        } else {
            replication.sendAppend(transferee, member, true);
        }
    }
}
