package dev.quorate.server;

import dev.quorate.proto.raftpb.SnapshotMetadata;
import dev.quorate.raft.Snapshot;
import dev.quorate.server.metrics.ServerMetrics;
import dev.quorate.server.node.RaftCodec;
import dev.quorate.server.node.Snapshotter;
import dev.quorate.storage.snap.SnapDir;
import dev.quorate.storage.wal.Wal;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** The snapshot files and log segments that a member keeps. */
final class RaftFiles implements Snapshotter.Files {
    private final SnapDir snapDir;
    private final Wal wal;
    private final int snapshotsMax;
    private final int walsMax;
    private final ServerMetrics.Disk metrics;
    private final LongSupplier nanoClock;

    /**
     * Keeps at most so many files of each kind; 0 keeps all.
     */
    RaftFiles(
            SnapDir snapDir,
            Wal wal,
            int snapshotsMax,
            int walsMax,
            ServerMetrics.Disk metrics,
            LongSupplier nanoClock) {
        this.metrics = metrics;
        this.nanoClock = nanoClock;
        this.snapDir = snapDir;
        this.wal = wal;
        this.snapshotsMax = snapshotsMax;
        this.walsMax = walsMax;
    }

    @Override
    public void save(Snapshot snapshot) throws IOException {
        long start = nanoClock.getAsLong();
        var file =
                dev.quorate.proto.raftpb.Snapshot.newBuilder()
                        .setData(com.google.protobuf.ByteString.copyFrom(snapshot.data()))
                        .setMetadata(
                                SnapshotMetadata.newBuilder()
                                        .setIndex(snapshot.index())
                                        .setTerm(snapshot.term())
                                        .setConfState(RaftCodec.confState(snapshot.confState())))
                        .build();
        long marshalled = nanoClock.getAsLong();
        snapDir.save(file);
        long end = nanoClock.getAsLong();
        metrics.snapSaveMarshallingDurationSeconds.observeNanos(marshalled - start);
        metrics.snapFsyncDurationSeconds.observeNanos(end - marshalled);
        metrics.snapSaveTotalDurationSeconds.observeNanos(end - start);
    }

    @Override
    public void withReceived(long index, Snapshotter.Action action) throws IOException {
        snapDir.withReceivedDb(index, action::on);
        snapDir.deleteDb(index);
    }

    /** Keeps the database that belongs to a snapshot, durably, until the log names the snapshot. */
    void receive(long index, InputStream content) throws IOException {
        snapDir.receiveDb(content, index);
    }

    @Override
    public void release(long index) throws IOException {
        wal.releaseTo(index);
    }

    /** Makes the next segment of the log ready, unless it is. Any one thread; may take as long as writing a segment. */
    void prepare() throws IOException {
        wal.prepareNextSegment();
    }

    /** Deletes what is released and more than is to be kept; returns the paths. Any one thread. */
    List<String> purge() throws IOException {
        List<String> deleted = new ArrayList<>();
        if (walsMax > 0) {
            deleted.addAll(wal.purge(walsMax));
        }
        if (snapshotsMax > 0) {
            deleted.addAll(snapDir.purge(snapshotsMax));
            deleted.addAll(snapDir.purgeDbs(snapshotsMax));
        }
        return deleted;
    }
}
