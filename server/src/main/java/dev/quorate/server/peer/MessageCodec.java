package dev.quorate.server.peer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.quorate.proto.raftpb.MessageType;
import dev.quorate.proto.raftpb.SnapshotMetadata;
import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.raft.EntryType;
import dev.quorate.raft.Snapshot;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Between the messages of the raft core and {@code raftpb.Message}, without loss in either direction. */
public final class MessageCodec {
    private static final ByteString TRANSFER = ByteString.copyFromUtf8("CampaignTransfer");

    private MessageCodec() {}

    /** The message as it travels. */
    public static dev.quorate.proto.raftpb.Message encode(Message message) {
        var out =
                dev.quorate.proto.raftpb.Message.newBuilder()
                        .setFrom(message.from())
                        .setTo(message.to())
                        .setTerm(message.term());
        switch (message) {
            case AppendEntries m -> {
                out.setType(MessageType.MsgApp)
                        .setIndex(m.prevIndex())
                        .setLogTerm(m.prevTerm())
                        .setCommit(m.commit());
                addAll(out, m.entries());
            }
            case AppendReply m ->
                    out.setType(MessageType.MsgAppResp)
                            .setIndex(m.index())
                            .setReject(m.rejected())
                            .setRejectHint(m.rejectHint())
                            .setLogTerm(m.hintTerm());
            case Heartbeat m ->
                    context(
                            out.setType(MessageType.MsgHeartbeat).setCommit(m.commit()),
                            m.context());
            case HeartbeatReply m ->
                    context(out.setType(MessageType.MsgHeartbeatResp), m.context());
            case RequestVote m -> {
                out.setType(MessageType.MsgVote).setIndex(m.lastIndex()).setLogTerm(m.lastTerm());
                if (m.transfer()) {
                    out.setContext(TRANSFER);
                }
            }
            case VoteReply m -> out.setType(MessageType.MsgVoteResp).setReject(m.rejected());
            case RequestPreVote m ->
                    out.setType(MessageType.MsgPreVote)
                            .setIndex(m.lastIndex())
                            .setLogTerm(m.lastTerm());
            case PreVoteReply m -> out.setType(MessageType.MsgPreVoteResp).setReject(m.rejected());
            case InstallSnapshot m ->
                    out.setType(MessageType.MsgSnap).setSnapshot(encode(m.snapshot()));
            case Propose m -> addAll(out.setType(MessageType.MsgProp), m.entries());
            case TransferLeader _ -> out.setType(MessageType.MsgTransferLeader);
            case TimeoutNow _ -> out.setType(MessageType.MsgTimeoutNow);
            case ReadIndex m ->
                    out.setType(MessageType.MsgReadIndex).addEntries(named(m.context()));
            case ReadIndexReply m ->
                    out.setType(MessageType.MsgReadIndexResp)
                            .setIndex(m.index())
                            .addEntries(named(m.context()));
        }
        return out.build();
    }

    private static void addAll(dev.quorate.proto.raftpb.Message.Builder out, List<Entry> entries) {
        for (Entry entry : entries) {
            out.addEntries(encode(entry));
        }
    }

    private static void context(dev.quorate.proto.raftpb.Message.Builder out, byte[] context) {
        if (context.length > 0) {
            out.setContext(UnsafeByteOperations.unsafeWrap(context));
        }
    }

    private static dev.quorate.proto.raftpb.Entry named(byte[] context) {
        return dev.quorate.proto.raftpb.Entry.newBuilder()
                .setData(UnsafeByteOperations.unsafeWrap(context))
                .build();
    }

    static dev.quorate.proto.raftpb.Entry encode(Entry entry) {
        var out =
                dev.quorate.proto.raftpb.Entry.newBuilder()
                        .setType(
                                dev.quorate.proto.raftpb.EntryType.forNumber(
                                        entry.type().ordinal()))
                        .setTerm(entry.term())
                        .setIndex(entry.index());
        if (entry.data().length > 0) {
            out.setData(UnsafeByteOperations.unsafeWrap(entry.data()));
        }
        return out.build();
    }

    private static dev.quorate.proto.raftpb.Snapshot encode(Snapshot snapshot) {
        return dev.quorate.proto.raftpb.Snapshot.newBuilder()
                .setData(UnsafeByteOperations.unsafeWrap(snapshot.data()))
                .setMetadata(
                        SnapshotMetadata.newBuilder()
                                .setIndex(snapshot.index())
                                .setTerm(snapshot.term())
                                .setConfState(encode(snapshot.confState())))
                .build();
    }

    private static dev.quorate.proto.raftpb.ConfState encode(ConfState state) {
        return dev.quorate.proto.raftpb.ConfState.newBuilder()
                .addAllVoters(state.voters())
                .addAllLearners(state.learners())
                .addAllVotersOutgoing(state.votersOutgoing())
                .addAllLearnersNext(state.learnersNext())
                .setAutoLeave(state.autoLeave())
                .build();
    }

    /**
     * The message that travelled, or null for the sign of life of a link and for kinds that never travel.
     *
     * @throws InvalidProtocolBufferException when the bytes or the numbers in them are no message
     */
    public static @Nullable Message decode(byte[] bytes, int offset, int length)
            throws InvalidProtocolBufferException {
        var in =
                dev.quorate.proto.raftpb.Message.parser()
                        .parseFrom(UnsafeByteOperations.unsafeWrap(bytes, offset, length));
        try {
            return decode(in);
        } catch (IllegalArgumentException e) {
            throw new InvalidProtocolBufferException(
                    "raftpb: message of type " + in.getType() + ": " + e.getMessage());
        }
    }

    private static @Nullable Message decode(dev.quorate.proto.raftpb.Message in) {
        long from = in.getFrom();
        long to = in.getTo();
        long term = in.getTerm();
        return switch (in.getType()) {
            case MsgApp ->
                    new AppendEntries(
                            from,
                            to,
                            term,
                            in.getIndex(),
                            in.getLogTerm(),
                            entries(in),
                            in.getCommit());
            case MsgAppResp ->
                    new AppendReply(
                            from,
                            to,
                            term,
                            in.getIndex(),
                            in.getReject(),
                            in.getRejectHint(),
                            in.getLogTerm());
            case MsgHeartbeat ->
                    from == 0 && to == 0
                            ? null
                            : new Heartbeat(from, to, term, in.getCommit(), context(in));
            case MsgHeartbeatResp -> new HeartbeatReply(from, to, term, context(in));
            case MsgVote ->
                    new RequestVote(
                            from,
                            to,
                            term,
                            in.getIndex(),
                            in.getLogTerm(),
                            in.getContext().equals(TRANSFER));
            case MsgVoteResp -> new VoteReply(from, to, term, in.getReject());
            case MsgPreVote -> new RequestPreVote(from, to, term, in.getIndex(), in.getLogTerm());
            case MsgPreVoteResp -> new PreVoteReply(from, to, term, in.getReject());
            case MsgSnap -> new InstallSnapshot(from, to, term, decode(in.getSnapshot()));
            case MsgProp -> new Propose(from, to, entries(in));
            case MsgTransferLeader -> new TransferLeader(from, to, term);
            case MsgTimeoutNow -> new TimeoutNow(from, to, term);
            case MsgReadIndex -> new ReadIndex(from, to, name(in));
            case MsgReadIndexResp -> new ReadIndexReply(from, to, term, in.getIndex(), name(in));
            case MsgHup, MsgBeat, MsgUnreachable, MsgSnapStatus, MsgCheckQuorum -> null;
        };
    }

    private static byte[] context(dev.quorate.proto.raftpb.Message in) {
        return in.getContext().toByteArray();
    }

    private static byte[] name(dev.quorate.proto.raftpb.Message in) {
        if (in.getEntriesCount() != 1) {
            throw new IllegalArgumentException(in.getEntriesCount() + " entries (expected: 1)");
        }
        return in.getEntries(0).getData().toByteArray();
    }

    private static List<Entry> entries(dev.quorate.proto.raftpb.Message in) {
        List<Entry> entries = new ArrayList<>(in.getEntriesCount());
        for (var entry : in.getEntriesList()) {
            entries.add(decode(entry));
        }
        return entries;
    }

    static Entry decode(dev.quorate.proto.raftpb.Entry in) {
        EntryType type =
                switch (in.getType()) {
                    case EntryNormal -> EntryType.NORMAL;
                    case EntryConfChange -> EntryType.CONF_CHANGE;
                    case EntryConfChangeV2 -> EntryType.CONF_CHANGE_V2;
                };
        return new Entry(type, in.getTerm(), in.getIndex(), in.getData().toByteArray());
    }

    private static Snapshot decode(dev.quorate.proto.raftpb.Snapshot in) {
        var metadata = in.getMetadata();
        var state = metadata.getConfState();
        return new Snapshot(
                in.getData().toByteArray(),
                metadata.getIndex(),
                metadata.getTerm(),
                new ConfState(
                        state.getVotersList(),
                        state.getLearnersList(),
                        state.getVotersOutgoingList(),
                        state.getLearnersNextList(),
                        state.getAutoLeave()));
    }
}
