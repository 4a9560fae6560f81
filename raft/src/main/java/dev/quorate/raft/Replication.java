package dev.quorate.raft;

import dev.quorate.raft.log.RaftLog;
import dev.quorate.raft.message.AppendEntries;
import dev.quorate.raft.message.Heartbeat;
import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.progress.Progress;
import java.util.List;

/** What a leader sends to the members, always in ascending order of their ids. */
final class Replication {
    private final Core core;
    private final RaftLog log;
    private final ReadQueue reads;

    Replication(Core core, ReadQueue reads) {
        this.core = core;
        this.log = core.log;
        this.reads = reads;
    }

    /** News for everybody: entries, or at least the commit index. */
    void broadcast() {
        for (int i = 0; i < core.progress.size(); i++) {
            if (core.progress.idAt(i) != core.id) {
                sendAppend(core.progress.idAt(i), core.progress.at(i), true);
            }
        }
    }

    /** Entries for those who lack some. */
    void greetNewMembers() {
        for (int i = 0; i < core.progress.size(); i++) {
            if (core.progress.idAt(i) != core.id) {
                sendAppend(core.progress.idAt(i), core.progress.at(i), false);
            }
        }
    }

    void broadcastHeartbeat() {
        byte[] context = reads.heartbeatContext();
        for (int i = 0; i < core.progress.size(); i++) {
            long to = core.progress.idAt(i);
            if (to != core.id) {
                // A member stops when told to commit what it does not have.
                long commit = Math.min(core.progress.at(i).match(), log.committed());
                core.send(new Heartbeat(core.id, to, core.term(), commit, context));
            }
        }
    }

    /** Everything that the member's window takes. */
    void sendAll(long to, Progress member) {
        // The window closes before the limit does; a member that is probed takes one.
        int limit = core.config.maxInflightMessages() + 1;
        for (int sent = 0; sent < limit && sendAppend(to, member, false); sent++) {}
    }

    /**
     * One append, or a snapshot when the log does not reach back far enough.
     *
     * @param evenIfEmpty whether an append without entries is worth sending
     * @return whether something was sent
     */
    boolean sendAppend(long to, Progress member, boolean evenIfEmpty) {
        if (member.isPaused()) {
            return false;
        }
        long previous = member.next() - 1;
        long previousTerm = log.term(previous);
        List<Entry> entries =
                member.isWindowFull()
                        ? List.of()
                        : log.entries(
                                member.next(), log.lastIndex() + 1, core.config.maxMessageBytes());
        if (previousTerm < 0 || entries == null) {
            return sendSnapshot(to, member);
        }
        if (entries.isEmpty() && !evenIfEmpty) {
            return false;
        }
        core.send(
                new AppendEntries(
                        core.id,
                        to,
                        core.term(),
                        previous,
                        previousTerm,
                        entries,
                        log.committed()));
        member.sentEntries(entries.size());
        member.sentCommit(log.committed());
        return true;
    }

    private boolean sendSnapshot(long to, Progress member) {
        if (!member.recentlyActive()) {
            return false; // it would be lost, and is expensive
        }
        Snapshot snapshot = log.snapshot();
        if (snapshot.isEmpty()) {
            return false; // none at hand now; the next answer asks again
        }
        member.becomeSnapshot(snapshot.index());
        core.send(new InstallSnapshot(core.id, to, core.term(), snapshot));
        return true;
    }
}
