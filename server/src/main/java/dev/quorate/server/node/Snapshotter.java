package dev.quorate.server.node;

import dev.quorate.log.Log;
import dev.quorate.raft.Snapshot;
import dev.quorate.storage.engine.RecordSource;
import dev.quorate.storage.wal.WalSnapshot;
import dev.quorate.store.StateMachine;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Takes snapshots of the log every so many entries, so that old segments of the WAL can go and a restart replays little.
 *
 * <pre>
 *   apply loop: index, term, members ─► committer: engine commit, .snap file ─► WAL writer: snapshot record, purge ─► raft loop: compact
 * </pre>
 *
 * The order matters: the record may only exist when the engine holds everything up to its index. Owned by the apply loop, but for
 * {@link #finished}.
 */
public final class Snapshotter {
    private static final Log LOG = Log.of(Snapshotter.class);

    /** The files that snapshots leave behind. */
    public interface Files {
        /** Writes a {@code .snap} file durably. */
        void save(Snapshot snapshot) throws IOException;

        /** Removes what snapshots up to this index made superfluous; on the WAL writer. */
        void release(long index) throws IOException;

        /**
         * Opens the database received for a snapshot at this index, and deletes it when the action is through.
         *
         * @throws IOException also when there is none
         */
        void withReceived(long index, Action action) throws IOException;
    }

    /** What is done with a received database. */
    public interface Action {
        void on(RecordSource received) throws IOException;
    }

    /** Makes the data of a snapshot, for members that read the membership from it. */
    public interface Dump {
        byte[] of(StateMachine machine);
    }

    /** Where the steps run. */
    record Outputs(Consumer<Committer.AfterCommit> committer, Consumer<Input> raftLoop) {}

    private final Files files;
    private final Dump dump;
    private final long memberId;
    private final long everyEntries;
    private final long catchupEntries;
    private long lastIndex;
    private volatile boolean underWay;

    /**
     * @param lastIndex index of the latest snapshot
     * @param everyEntries entries between two snapshots
     * @param catchupEntries entries kept in memory behind a snapshot, for followers that lag
     */
    public Snapshotter(
            Files files,
            Dump dump,
            long memberId,
            long lastIndex,
            long everyEntries,
            long catchupEntries) {
        this.files = files;
        this.dump = dump;
        this.memberId = memberId;
        this.lastIndex = lastIndex;
        this.everyEntries = everyEntries;
        this.catchupEntries = catchupEntries;
    }

    Files files() {
        return files;
    }

    Dump dump() {
        return dump;
    }

    /** A received snapshot was installed: the next one is due so much later. */
    void installed(long index) {
        lastIndex = index;
    }

    /** Begins a snapshot if one is due and none is under way. */
    void afterBatch(long index, long term, StateMachine machine, Outputs outputs) {
        if (index - lastIndex <= everyEntries || underWay) {
            return;
        }
        LOG.info(
                "triggering snapshot",
                "local-member-id",
                Long.toHexString(memberId),
                "local-member-applied-index",
                index,
                "local-member-snapshot-index",
                lastIndex,
                "local-member-snapshot-count",
                everyEntries);
        lastIndex = index;
        underWay = true;
        Snapshot snapshot =
                new Snapshot(
                        dump.of(machine), index, term, RaftCodec.confState(machine.confState()));
        outputs.committer.accept(() -> write(snapshot, outputs));
    }

    private void write(Snapshot snapshot, Outputs outputs) throws IOException {
        files.save(snapshot);
        WalSnapshot record =
                new WalSnapshot(
                        snapshot.index(),
                        snapshot.term(),
                        RaftCodec.confState(snapshot.confState()));
        outputs.raftLoop.accept(
                new Input.RecordSnapshot(record, () -> finished(snapshot, outputs)));
    }

    /** On the WAL writer, when the record is durable. */
    private void finished(Snapshot snapshot, Outputs outputs) throws IOException {
        LOG.info("saved snapshot", "snapshot-index", snapshot.index());
        files.release(snapshot.index());
        long compactTo = Math.max(0, snapshot.index() - catchupEntries);
        outputs.raftLoop.accept(new Input.SnapshotTaken(snapshot, compactTo));
        if (compactTo > 0) {
            LOG.info(
                    "compacted Raft logs",
                    "local-member-id",
                    Long.toHexString(memberId),
                    "compact-index",
                    compactTo);
        }
        underWay = false;
    }
}
