package dev.quorate.server.node;

import dev.quorate.log.Log;
import dev.quorate.raft.Snapshot;
import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.server.Transport;
import dev.quorate.server.peer.SnapshotContent;
import dev.quorate.storage.bbolt.BboltWriter;
import dev.quorate.storage.engine.Backend;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.store.StateMachine;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Moves the state machine as a whole: out to a member that needs what is compacted, in when this member is that one. Owned by the apply
 * loop, so that database and index belong together.
 */
final class SnapshotMover {
    private static final Log LOG = Log.of(SnapshotMover.class);

    private final Backend backend;
    private final Snapshotter.Files files;
    private final Snapshotter.Dump dump;
    private final Transport transport;

    SnapshotMover(
            Backend backend, Snapshotter.Files files, Snapshotter.Dump dump, Transport transport) {
        this.backend = backend;
        this.files = files;
        this.dump = dump;
        this.transport = transport;
    }

    /** Sends what is applied now, which is at least what the core wanted to send. */
    void send(InstallSnapshot wanted, StateMachine machine) throws IOException {
        backend.forceCommit();
        Snapshot snapshot =
                new Snapshot(
                        dump.of(machine),
                        machine.consistentIndex(),
                        machine.consistentTerm(),
                        RaftCodec.confState(machine.confState()));
        transport.sendSnapshot(
                new InstallSnapshot(wanted.from(), wanted.to(), wanted.term(), snapshot),
                new Content(backend.snapshotView()));
    }

    /** Puts the database received for the snapshot in the place of the own. */
    void install(Snapshot snapshot, StateMachine machine) throws IOException {
        LOG.info(
                "applying snapshot",
                "current-applied-index",
                machine.consistentIndex(),
                "incoming-leader-snapshot-index",
                snapshot.index(),
                "incoming-leader-snapshot-term",
                snapshot.term());
        files.withReceived(
                snapshot.index(),
                source -> {
                    LOG.info("applySnapshot: opened snapshot backend");
                    machine.install(
                            source,
                            snapshot.index(),
                            snapshot.term(),
                            RaftCodec.confState(snapshot.confState()));
                });
        LOG.info(
                "applied snapshot",
                "current-applied-index",
                machine.consistentIndex(),
                "incoming-leader-snapshot-index",
                snapshot.index(),
                "incoming-leader-snapshot-term",
                snapshot.term());
    }

    /** Reads the whole database twice, to plan the file and to write it: by whoever sends it, while the apply loop goes on. */
    private static final class Content implements SnapshotContent {
        private final ReadView view;
        private @Nullable BboltWriter writer;

        Content(ReadView view) {
            this.view = view;
        }

        private BboltWriter writer() {
            if (writer == null) {
                writer = BboltWriter.plan(view);
            }
            return writer;
        }

        @Override
        public long sizeBytes() {
            return writer().sizeBytes();
        }

        @Override
        public void writeTo(OutputStream sink) throws IOException {
            writer().write(sink);
        }

        @Override
        public void close() {
            view.close();
        }
    }
}
