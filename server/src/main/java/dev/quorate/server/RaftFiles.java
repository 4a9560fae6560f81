package dev.quorate.server;

import dev.quorate.proto.raftpb.SnapshotMetadata;
import dev.quorate.raft.Snapshot;
import dev.quorate.server.node.RaftCodec;
import dev.quorate.server.node.Snapshotter;
import dev.quorate.storage.snap.SnapDir;
import dev.quorate.storage.wal.Wal;
import java.io.IOException;

/** The snapshot files and log segments that a member keeps. */
final class RaftFiles implements Snapshotter.Files {
    private final SnapDir snapDir;
    private final Wal wal;
    private final int snapshotsMax;
    private final int walsMax;

    /**
     * Keeps at most so many files of each kind; 0 keeps all.
     */
    RaftFiles(SnapDir snapDir, Wal wal, int snapshotsMax, int walsMax) {
        this.snapDir = snapDir;
        this.wal = wal;
        this.snapshotsMax = snapshotsMax;
        this.walsMax = walsMax;
    }

    @Override
    public void save(Snapshot snapshot) throws IOException {
        snapDir.save(
                dev.quorate.proto.raftpb.Snapshot.newBuilder()
                        .setData(com.google.protobuf.ByteString.copyFrom(snapshot.data()))
                        .setMetadata(
                                SnapshotMetadata.newBuilder()
                                        .setIndex(snapshot.index())
                                        .setTerm(snapshot.term())
                                        .setConfState(RaftCodec.confState(snapshot.confState())))
                        .build());
    }

    @Override
    public void release(long index) throws IOException {
        wal.releaseTo(index);
        if (walsMax > 0) {
            wal.purge(walsMax);
        }
        if (snapshotsMax > 0) {
            snapDir.purge(snapshotsMax);
            snapDir.purgeDbs(snapshotsMax);
        }
    }
}
