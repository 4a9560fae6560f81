package dev.quorate.server.node;

import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.raft.ConfChangeType;
import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.storage.wal.WalEntry;

/** Between the records of the raft core and the messages of the wire and of the files. */
public final class RaftCodec {
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

    /** The entry as the log stores it. */
    public static WalEntry walEntry(Entry entry) {
        return new WalEntry(entry.type().ordinal(), entry.term(), entry.index(), entry.data());
    }
}
