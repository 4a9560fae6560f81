package dev.quorate.raft.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.raft.EntryType;
import dev.quorate.raft.ReadState;
import dev.quorate.raft.Ready;
import dev.quorate.raft.Snapshot;
import dev.quorate.raft.Status;
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
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** How transcripts print things. */
public final class Words {
    private Words() {}

    public static String of(Ready ready) {
        StringBuilder text = new StringBuilder();
        if (ready.softState() != null) {
            line(text, ready.softState().role() + " leader=" + id(ready.softState().leader()));
        }
        if (!ready.snapshot().isEmpty()) {
            line(text, "install " + of(ready.snapshot()));
        }
        if (!ready.toPersist().isEmpty()) {
            line(text, "write " + of(ready.toPersist()));
        }
        if (!ready.hardState().isEmpty()) {
            line(
                    text,
                    "state term=%d vote=%s commit=%d"
                            .formatted(
                                    ready.hardState().term(),
                                    id(ready.hardState().vote()),
                                    ready.hardState().commit()));
        }
        if (ready.hasWrite()) {
            line(text, ready.mustSync() ? "sync" : "no sync");
        }
        if (!ready.toApply().isEmpty()) {
            line(text, "apply " + of(ready.toApply()));
        }
        for (ReadState read : ready.readStates()) {
            line(text, "read " + new String(read.context(), UTF_8) + " at " + read.index());
        }
        ready.sendNow().forEach(m -> line(text, "send " + of(m)));
        ready.sendAfterPersisted().forEach(m -> line(text, "hold " + of(m)));
        return text.toString();
    }

    private static void line(StringBuilder text, String line) {
        text.append("  ").append(line).append('\n');
    }

    public static String of(List<Entry> entries) {
        return entries.stream().map(Words::of).collect(Collectors.joining(" "));
    }

    public static String of(Entry entry) {
        String kind =
                switch (entry.type()) {
                    case NORMAL -> "";
                    case CONF_CHANGE -> "change:";
                    case CONF_CHANGE_V2 -> "change2:";
                };
        String place = entry.term() + "/" + entry.index();
        boolean bare = entry.data().length == 0 && entry.type() == EntryType.NORMAL;
        return bare ? place : place + "(" + kind + Changes.text(entry) + ")";
    }

    public static String of(Snapshot snapshot) {
        return "snapshot %d/%d %s"
                .formatted(snapshot.term(), snapshot.index(), of(snapshot.confState()));
    }

    public static String of(ConfState state) {
        String text = "voters=" + ids(state.voters());
        text += state.votersOutgoing().isEmpty() ? "" : " outgoing=" + ids(state.votersOutgoing());
        text += state.learners().isEmpty() ? "" : " learners=" + ids(state.learners());
        text += state.learnersNext().isEmpty() ? "" : " learnersNext=" + ids(state.learnersNext());
        return text + (state.autoLeave() ? " autoLeave" : "");
    }

    private static String ids(List<Long> ids) {
        return ids.stream().map(Words::id).collect(Collectors.joining(",", "[", "]"));
    }

    public static String id(long id) {
        return Long.toUnsignedString(id);
    }

    public static String of(Message m) {
        String route = id(m.from()) + "->" + id(m.to()) + " " + m.getClass().getSimpleName();
        String rest =
                switch (m) {
                    case AppendEntries a ->
                            " after %d/%d commit=%d %s"
                                    .formatted(
                                            a.prevTerm(),
                                            a.prevIndex(),
                                            a.commit(),
                                            a.entries().isEmpty() ? "empty" : of(a.entries()));
                    case AppendReply a ->
                            a.rejected()
                                    ? " refuses %d hint=%d/%d"
                                            .formatted(a.index(), a.hintTerm(), a.rejectHint())
                                    : " has " + a.index();
                    case Heartbeat h -> " commit=" + h.commit() + context(h.context());
                    case HeartbeatReply h -> context(h.context());
                    case RequestVote v ->
                            " last %d/%d".formatted(v.lastTerm(), v.lastIndex())
                                    + (v.transfer() ? " transfer" : "");
                    case VoteReply v -> v.rejected() ? " no" : " yes";
                    case RequestPreVote v -> " last %d/%d".formatted(v.lastTerm(), v.lastIndex());
                    case PreVoteReply v -> v.rejected() ? " no" : " yes";
                    case InstallSnapshot s -> " " + of(s.snapshot());
                    case Propose p -> " " + of(p.entries());
                    case TransferLeader _, TimeoutNow _ -> "";
                    case ReadIndex r -> " " + new String(r.context(), UTF_8);
                    case ReadIndexReply r ->
                            " " + new String(r.context(), UTF_8) + " at " + r.index();
                };
        return route + (m.term() == 0 ? "" : " term=" + m.term()) + rest;
    }

    private static String context(byte[] context) {
        return context.length == 0 ? "" : " context=" + HexFormat.of().formatHex(context);
    }

    public static String of(Status status) {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "%s term=%d vote=%s leader=%s commit=%d applied=%d%s"
                        .formatted(
                                status.role(),
                                status.term(),
                                id(status.vote()),
                                id(status.leader()),
                                status.commit(),
                                status.applied(),
                                status.transferee() == 0
                                        ? ""
                                        : " transferee=" + id(status.transferee())));
        line(text, of(status.confState()));
        for (Status.Member member : status.progress()) {
            line(
                    text,
                    "%s: %s match=%d next=%d%s%s%s%s"
                            .formatted(
                                    id(member.id()),
                                    member.state(),
                                    member.match(),
                                    member.next(),
                                    member.recentlyActive() ? " active" : "",
                                    member.learner() ? " learner" : "",
                                    member.pendingSnapshot() == 0
                                            ? ""
                                            : " snapshot=" + member.pendingSnapshot(),
                                    member.inflight() == 0
                                            ? ""
                                            : " inflight=" + member.inflight()));
        }
        return text.toString();
    }
}
