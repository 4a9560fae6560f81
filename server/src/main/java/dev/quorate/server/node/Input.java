package dev.quorate.server.node;

import dev.quorate.raft.ConfChange;
import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.raft.Ready;
import dev.quorate.raft.Snapshot;
import dev.quorate.raft.Status;
import dev.quorate.raft.message.Message;
import dev.quorate.storage.wal.WalSnapshot;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Everything that the raft loop reacts to besides the passing of time. */
sealed interface Input {
    /** Replicate this entry; type and data are set. */
    record Propose(Entry entry) implements Input {}

    /** A message of another member. */
    record Receive(Message message) implements Input {}

    /** The WAL writer has made everything in this one and all earlier ones durable. */
    record Persisted(Ready ready) implements Input {}

    /** The apply loop has applied everything up to {@code index}. */
    record Applied(long index) implements Input {}

    /** The apply loop needs the membership after a change; a change with node id 0 changes nothing. */
    record ApplyChange(ConfChange change, CompletableFuture<ConfState> after) implements Input {}

    /** A snapshot file is durable: the log should say so, then the action runs on the WAL writer. */
    record RecordSnapshot(WalSnapshot snapshot, WalWriter.Job.After after) implements Input {}

    /** The log says that a snapshot exists. */
    record SnapshotRecorded() implements Input {}

    /** A snapshot file was written; entries up to {@code compactTo} may go. */
    record SnapshotTaken(Snapshot snapshot, long compactTo) implements Input {}

    /** Hand leadership to another member. */
    record TransferLeadership(long transferee) implements Input {}

    /** Show the core's picture of the group to somebody. */
    record Inspect(Consumer<Status> viewer) implements Input {}

    /** Start an election now. */
    record Campaign() implements Input {}
}
