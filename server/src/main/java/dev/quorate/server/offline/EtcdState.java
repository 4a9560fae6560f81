package dev.quorate.server.offline;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.Request;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.proto.raftpb.Snapshot;
import dev.quorate.storage.CorruptionException;
import dev.quorate.storage.bbolt.BucketSource;
import dev.quorate.storage.disk.Disk;
import dev.quorate.storage.snap.SnapDir;
import dev.quorate.storage.wal.Wal;
import dev.quorate.storage.wal.WalEntry;
import dev.quorate.storage.wal.WalReplay;
import dev.quorate.storage.wal.WalSnapshot;
import dev.quorate.store.member.Membership;
import dev.quorate.store.member.StoreDump;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Where a stopped member of etcd stands: what of its log its database holds.
 *
 * @param snapshot the record in the log from which it is replayed
 * @param entries all entries behind it
 * @param appliedIndex last entry whose effects the database holds
 * @param appliedTerm its term
 * @param membersFromLog whether the database's own list of members is not to be trusted
 * @param startingMembers the members as of the snapshot, if they are to be worked out
 */
record EtcdState(
        WalSnapshot snapshot,
        List<WalEntry> entries,
        long appliedIndex,
        long appliedTerm,
        boolean membersFromLog,
        StoreDump startingMembers) {
    private static final int NORMAL = 0;
    private static final int CONF_CHANGE = 1;

    EtcdState {
        entries = List.copyOf(entries);
    }

    /**
     * Reads log and snapshot files.
     *
     * @throws EtcdImport.RefusedException if database and log do not fit together
     */
    static EtcdState read(Disk disk, Layout layout, BucketSource database)
            throws IOException, EtcdImport.RefusedException {
        WalSnapshot newest = WalSnapshot.START;
        for (WalSnapshot snapshot : Wal.validSnapshots(disk, layout.walDir())) {
            newest = snapshot.index() >= newest.index() ? snapshot : newest;
        }
        MetaKeys meta = MetaKeys.of(database);
        long applied = meta.number(MetaKeys.CONSISTENT_INDEX);
        if (applied == 0) {
            // As etcdctl 3.4 leaves a restored database.
            applied = newest.index();
        }
        if (applied < newest.index()) {
            throw new EtcdImport.RefusedException(
                    "the database holds entries up to "
                            + applied
                            + ", but the log begins at snapshot "
                            + newest.index()
                            + ": the member was stopped while it received a snapshot; start it once with etcd, or take another member");
        }
        WalReplay replay = Wal.read(disk, layout.walDir(), newest);
        long last =
                replay.entries().isEmpty() ? newest.index() : replay.entries().getLast().index();
        if (applied > last) {
            throw new EtcdImport.RefusedException(
                    "the log ends at entry "
                            + last
                            + ", but the database holds entries up to "
                            + applied
                            + ": they do not belong together");
        }
        boolean fromLog = meta.number(MetaKeys.TERM) == 0;
        long at = applied;
        long term =
                replay.entries().stream()
                        .filter(entry -> entry.index() == at)
                        .mapToLong(WalEntry::term)
                        .findFirst()
                        .orElse(newest.term());
        return new EtcdState(
                newest,
                replay.entries(),
                applied,
                term,
                fromLog,
                fromLog ? starting(disk, layout, newest) : StoreDump.EMPTY);
    }

    private static StoreDump starting(Disk disk, Layout layout, WalSnapshot snapshot)
            throws IOException, EtcdImport.RefusedException {
        if (snapshot.index() == 0) {
            return StoreDump.EMPTY;
        }
        Optional<Snapshot> file =
                new SnapDir(disk, layout.snapDir()).find(snapshot.term(), snapshot.index());
        if (file.isEmpty()) {
            throw new EtcdImport.RefusedException(
                    "the log begins at snapshot "
                            + snapshot.index()
                            + ", but "
                            + layout.snapDir()
                            + " holds no sound file of it, which would name the members");
        }
        return StoreDump.decode(file.get().getData().toByteArray());
    }

    long lastIndex() {
        return entries.isEmpty() ? snapshot.index() : entries.getLast().index();
    }

    /** Applies the changes of members that the database holds. What etcd refused is refused here for the same reasons. */
    void replayMembers(Membership membership) {
        for (WalEntry entry : entries) {
            if (entry.index() > appliedIndex) {
                return;
            }
            try {
                replay(membership, entry);
            } catch (InvalidProtocolBufferException e) {
                throw new CorruptionException(
                        "entry " + entry.index() + " of the log does not parse", e);
            }
        }
    }

    private static void replay(Membership membership, WalEntry entry)
            throws InvalidProtocolBufferException {
        switch (entry.type()) {
            case CONF_CHANGE -> {
                try {
                    membership.apply(ConfChange.parseFrom(entry.data()));
                } catch (StatusException _) {
                    // Refused by every member alike.
                }
            }
            case NORMAL -> published(membership, entry.data());
            default ->
                    throw new CorruptionException(
                            "entry " + entry.index() + " of etcd 3.4 has type " + entry.type());
        }
    }

    /** Names and addresses travel in the form of the v2 store, which no other request can be mistaken for. */
    private static void published(Membership membership, byte[] data)
            throws InvalidProtocolBufferException {
        if (data.length == 0) {
            return;
        }
        try {
            InternalRaftRequest request = InternalRaftRequest.parseFrom(data);
            if (request.hasV2()) {
                membership.apply(request.getV2());
            }
        } catch (InvalidProtocolBufferException _) {
            membership.apply(Request.parseFrom(data));
        }
    }
}
