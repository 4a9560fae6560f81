package dev.quorate.raft;

import dev.quorate.raft.change.Membership;
import dev.quorate.raft.log.RaftLog;
import dev.quorate.raft.message.AppendEntries;
import dev.quorate.raft.message.AppendReply;
import dev.quorate.raft.message.Heartbeat;
import dev.quorate.raft.message.HeartbeatReply;
import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.message.Propose;
import dev.quorate.raft.message.ReadIndex;
import dev.quorate.raft.message.ReadIndexReply;
import dev.quorate.raft.message.TransferLeader;
import dev.quorate.raft.progress.Progress;
import java.util.List;

/**
 * What a follower does with the messages of its leader, and with requests that only a leader
 * serves.
 */
final class Following {
    private final Core core;
    private final RaftLog log;

    Following(Core core) {
        this.core = core;
        this.log = core.log;
    }

    void onAppendEntries(AppendEntries append) {
        core.follow(append.from());
        if (append.prevIndex() < log.committed()) {
            // What is committed agrees, so the leader may continue from there.
            accept(append.from(), log.committed());
        } else if (log.matches(append.prevIndex(), append.prevTerm())) {
            log.accept(append.entries());
            log.commitTo(Math.min(append.commit(), append.lastIndex()));
            accept(append.from(), append.lastIndex());
        } else {
            reject(append);
        }
    }

    private void accept(long to, long index) {
        core.send(AppendReply.accept(core.id, to, core.term(), index));
    }

    private void reject(AppendEntries append) {
        // The hint lets the leader skip whole terms that cannot agree.
        long start = Math.min(append.prevIndex(), log.lastIndex());
        long hint = log.agreementBelow(start, append.prevTerm());
        long hintTerm = Math.max(log.term(hint), 0);
        core.send(
                AppendReply.reject(
                        core.id, append.from(), core.term(), append.prevIndex(), hint, hintTerm));
    }

    void onHeartbeat(Heartbeat heartbeat) {
        core.follow(heartbeat.from());
        log.commitTo(heartbeat.commit());
        core.send(new HeartbeatReply(core.id, heartbeat.from(), core.term(), heartbeat.context()));
    }

    void onInstallSnapshot(InstallSnapshot install) {
        core.follow(install.from());
        Snapshot snapshot = install.snapshot();
        if (snapshot.index() > log.committed() && includesMe(snapshot)) {
            if (log.matches(snapshot.index(), snapshot.term())) {
                log.commitTo(snapshot.index()); // everything is here already
            } else {
                restore(snapshot);
            }
        }
        accept(install.from(), log.committed());
    }

    private boolean includesMe(Snapshot snapshot) {
        ConfState state = snapshot.confState();
        return state.voters().contains(core.id)
                || state.learners().contains(core.id)
                || state.votersOutgoing().contains(core.id);
    }

    private void restore(Snapshot snapshot) {
        log.restore(snapshot);
        core.membership(Membership.of(snapshot.confState()));
        Progress own = core.progress.get(core.id);
        if (own != null) {
            own.acknowledge(log.lastIndex());
        }
    }

    /** Hands the entries to the leader. Returns false when there is none. */
    boolean forward(long proposer, List<Entry> entries) {
        if (core.leader() == 0) {
            return false;
        }
        core.send(new Propose(proposer, core.leader(), entries));
        return true;
    }

    void forward(ReadIndex request) {
        if (core.leader() != 0) {
            core.send(new ReadIndex(request.from(), core.leader(), request.context()));
        }
    }

    void forwardTransfer(long transferee) {
        if (core.leader() != 0) {
            core.send(new TransferLeader(transferee, core.leader(), core.term()));
        }
    }

    void onReadIndexReply(ReadIndexReply reply) {
        core.readStates.add(new ReadState(reply.index(), reply.context()));
    }
}
