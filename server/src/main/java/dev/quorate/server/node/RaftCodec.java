package dev.quorate.server.node;

import com.google.protobuf.WireFormat;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.raft.ConfChangeType;
import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.storage.wal.WalEntry;

/** Between the records of the raft core and the messages of the wire and of the files. */
public final class RaftCodec {
    /** What a request may have to be applied between two messages. */
    private static final int SHORT_BYTES_MAX = 64 << 10;

    private static final byte PUT_TAG =
            (byte)
                    (InternalRaftRequest.PUT_FIELD_NUMBER << 3
                            | WireFormat.WIRETYPE_LENGTH_DELIMITED);

    private RaftCodec() {}

    static dev.quorate.raft.ConfChange change(ConfChange change) {
        return new dev.quorate.raft.ConfChange(
                change.getId(),
                switch (change.getType()) {
                    case ConfChangeAddNode -> ConfChangeType.ADD_NODE;
                    case ConfChangeRemoveNode -> ConfChangeType.REMOVE_NODE;
                    case ConfChangeUpdateNode -> ConfChangeType.UPDATE_NODE;
                    case ConfChangeAddLearnerNode -> ConfChangeType.ADD_LEARNER_NODE;
                },
                change.getNodeId(),
                change.getContext().toByteArray());
    }

    public static dev.quorate.proto.raftpb.ConfState confState(ConfState state) {
        return dev.quorate.proto.raftpb.ConfState.newBuilder()
                .addAllVoters(state.voters())
                .addAllLearners(state.learners())
                .addAllVotersOutgoing(state.votersOutgoing())
                .addAllLearnersNext(state.learnersNext())
                .setAutoLeave(state.autoLeave())
                .build();
    }

    public static ConfState confState(dev.quorate.proto.raftpb.ConfState state) {
        return new ConfState(
                state.getVotersList(),
                state.getLearnersList(),
                state.getVotersOutgoingList(),
                state.getLearnersNextList(),
                state.getAutoLeave());
    }

    /**
     * Whether applying this takes a few microseconds for sure: it puts one key, with a value of at most 64 KiB. Every
     * etcd writes the put first and the header behind it; in another order it is merely not recognized.
     */
    static boolean isShortPut(Entry entry) {
        byte[] data = entry.data();
        return data.length > 0 && data.length <= SHORT_BYTES_MAX && data[0] == PUT_TAG;
    }

    /** The entry as the log stores it. */
    public static WalEntry walEntry(Entry entry) {
        return new WalEntry(entry.type().ordinal(), entry.term(), entry.index(), entry.data());
    }
}
