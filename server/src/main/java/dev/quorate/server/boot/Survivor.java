package dev.quorate.server.boot;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.log.Log;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.proto.raftpb.ConfChangeType;
import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.raft.EntryType;
import dev.quorate.raft.HardState;
import dev.quorate.server.member.Ids;
import dev.quorate.server.node.RaftCodec;
import dev.quorate.storage.wal.Wal;
import dev.quorate.storage.wal.WalEntry;
import dev.quorate.storage.wal.WalHardState;
import dev.quorate.store.member.MemberJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * {@code --force-new-cluster}: makes the member that is left the only one, by writing the removal of all others behind the last committed
 * entry of its log. What was not known to be committed is dropped. Its id and the cluster's stay.
 */
final class Survivor {
    private static final Log LOG = Log.of(Survivor.class);

    /** For a member that its own log does not know; etcd invents the same address. */
    private static final String ADDRESS = "http://localhost:2380";

    private final long memberId;
    private final HardState hardState;
    private final long start;

    /** @param start index before the first entry of the log */
    Survivor(long memberId, HardState hardState, long start) {
        this.memberId = memberId;
        this.hardState = hardState;
        this.start = start;
    }

    /**
     * Changes the log in memory and on disk.
     *
     * @param entries the log behind {@code start}; loses and gains entries
     * @param members as of {@code start}
     * @return the state that goes with the entries
     */
    HardState takeOver(List<Entry> entries, ConfState members, Wal wal) throws IOException {
        int committed = (int) (hardState.commit() - start);
        if (committed < entries.size()) {
            LOG.info(
                    "discarding uncommitted WAL entries",
                    "entry-index",
                    entries.get(committed).index(),
                    "commit-index-from-wal",
                    hardState.commit(),
                    "number-of-discarded-entries",
                    entries.size() - committed);
            entries.subList(committed, entries.size()).clear();
        }
        List<Entry> changes = changes(ids(entries, members));
        long commit = hardState.commit() + changes.size();
        HardState next = new HardState(hardState.term(), hardState.vote(), commit);
        List<WalEntry> written = new ArrayList<>(changes.size());
        for (Entry change : changes) {
            written.add(RaftCodec.walEntry(change));
        }
        wal.append(new WalHardState(next.term(), next.vote(), next.commit()), written);
        wal.sync();
        entries.addAll(changes);
        LOG.info(
                "forcing restart member",
                "local-member-id",
                Ids.text(memberId),
                "commit-index",
                commit);
        return next;
    }

    private List<Entry> changes(SortedSet<Long> ids) {
        List<Entry> changes = new ArrayList<>();
        if (!ids.contains(memberId)) {
            Member self = Member.newBuilder().setID(memberId).addPeerURLs(ADDRESS).build();
            changes.add(
                    entry(
                            changes.size(),
                            ConfChange.newBuilder()
                                    .setType(ConfChangeType.ConfChangeAddNode)
                                    .setNodeId(memberId)
                                    .setContext(ByteString.copyFrom(MemberJson.encode(self)))));
        }
        for (long id : ids) {
            if (id != memberId) {
                changes.add(
                        entry(
                                changes.size(),
                                ConfChange.newBuilder()
                                        .setType(ConfChangeType.ConfChangeRemoveNode)
                                        .setNodeId(id)));
            }
        }
        return changes;
    }

    private Entry entry(int offset, ConfChange.Builder change) {
        return new Entry(
                EntryType.CONF_CHANGE,
                hardState.term(),
                hardState.commit() + 1 + offset,
                change.build().toByteArray());
    }

    private static SortedSet<Long> ids(List<Entry> entries, ConfState members)
            throws InvalidProtocolBufferException {
        SortedSet<Long> ids = new TreeSet<>(Long::compareUnsigned);
        ids.addAll(members.voters());
        ids.addAll(members.learners());
        for (Entry entry : entries) {
            if (entry.type() != EntryType.CONF_CHANGE) {
                continue;
            }
            ConfChange change = ConfChange.parseFrom(entry.data());
            switch (change.getType()) {
                case ConfChangeAddNode, ConfChangeAddLearnerNode -> ids.add(change.getNodeId());
                case ConfChangeRemoveNode -> ids.remove(change.getNodeId());
                case ConfChangeUpdateNode -> {}
            }
        }
        return ids;
    }
}
