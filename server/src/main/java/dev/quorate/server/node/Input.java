package dev.quorate.server.node;

import dev.quorate.raft.ConfChange;
import dev.quorate.raft.Entry;
import dev.quorate.raft.Ready;
import dev.quorate.raft.Snapshot;
import dev.quorate.raft.Status;
import dev.quorate.raft.message.Message;
import dev.quorate.storage.wal.WalSnapshot;
import java.util.List;
import java.util.function.Consumer;

/** Everything that the raft loop reacts to besides the passing of time. */
sealed interface Input {
    /**
     * Replicate this entry; type and data are set.
     *
     * @param id of the request
     * @param onlyInTerm unless 0: only while this member leads in this term
     */
    record Propose(Entry entry, long id, long onlyInTerm) implements Input {}

    /** A message of another member. */
    record Receive(Message message) implements Input {}

    /** Messages to a member were probably lost. */
    record Unreachable(long memberId) implements Input {}

    /** A member certainly does not run. */
    record Gone(long memberId) implements Input {}

    /** Requests that were sent to the leader and certainly never got there. */
    record Undelivered(List<Entry> entries) implements Input {}

    /** Sending a snapshot to a member ended. */
    record SnapshotSent(long memberId, boolean arrived) implements Input {}

    /** The first entry of a term was applied. */
    record TermBegan(long term) implements Input {}

    /** There has been no leader for so long that nobody should wait for one. */
    record LeaderMissing() implements Input {}

    /** Other members are there: wait less for a leader. */
    record Hurry(int ticks) implements Input {}

    /** The WAL writer has made everything in this one and all earlier ones durable. */
    record Persisted(Ready ready) implements Input {}

    /** The apply loop has applied everything up to {@code index}. */
    record Applied(long index) implements Input {}

    /** The apply loop has applied a change of members; one with node id 0 changes nothing. */
    record ApplyChange(ConfChange change) implements Input {}

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
