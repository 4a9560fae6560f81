package dev.quorate.server.node;

import dev.quorate.raft.Entry;
import dev.quorate.raft.HardState;
import dev.quorate.raft.Ready;
import dev.quorate.raft.Snapshot;
import dev.quorate.server.Transport;
import dev.quorate.server.loop.Mailbox;
import dev.quorate.server.loop.Worker;
import dev.quorate.storage.wal.Wal;
import dev.quorate.storage.wal.WalEntry;
import dev.quorate.storage.wal.WalHardState;
import dev.quorate.storage.wal.WalSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Makes entries and votes durable. Everything that arrived while the disk was busy is written and synced together, which is where the
 * throughput of many writers comes from.
 */
final class WalWriter implements Worker {
    /** Writes joined into one sync at most, so that the first of them does not wait without end. */
    private static final int JOBS_PER_SYNC_MAX = 256;

    /** What a record costs besides the entry's data, about: frame, type, checksum, term, index and padding. */
    private static final int RECORD_BYTES = 32;

    /** What the writer is asked to do, in order. */
    sealed interface Job {
        /**
         * Append, and sync if the core asks for it; then tell the raft loop and send the messages that waited.
         *
         * @param hardState empty when it did not change; may be newer than the one in {@code ready}
         */
        record Append(HardState hardState, Ready ready) implements Job {}

        /** Record that a snapshot file exists, synced; then drop what it makes superfluous and run the action. */
        record Snapshot(WalSnapshot snapshot, After after) implements Job {}

        /** What follows a durable record. */
        interface After {
            void run() throws IOException;
        }
    }

    private final Mailbox<Job> jobs = new Mailbox<>();
    private final List<Job.Append> batch = new ArrayList<>();
    private final Wal wal;
    private final Snapshotter.Files files;
    private final Transport transport;
    private final Consumer<Input> raftLoop;
    private final LongSupplier nanoClock;
    private final Node.Observer observer;
    private final boolean neverSync;

    /**
     * @param files where the file of a received snapshot goes
     * @param observer told how long writes and syncs took
     * @param neverSync {@code --unsafe-no-fsync}
     */
    WalWriter(
            Wal wal,
            Snapshotter.Files files,
            Transport transport,
            Consumer<Input> raftLoop,
            LongSupplier nanoClock,
            Node.Observer observer,
            boolean neverSync) {
        this.wal = wal;
        this.files = files;
        this.transport = transport;
        this.raftLoop = raftLoop;
        this.nanoClock = nanoClock;
        this.observer = observer;
        this.neverSync = neverSync;
    }

    @Override
    public Mailbox<Job> mailbox() {
        return jobs;
    }

    @Override
    public long work(long nowNanos) throws IOException {
        for (Job job = jobs.poll(); job != null; job = jobs.poll()) {
            switch (job) {
                case Job.Append append -> {
                    write(append);
                    if (batch.size() >= JOBS_PER_SYNC_MAX) {
                        flush();
                    }
                }
                case Job.Snapshot snapshot -> {
                    flush();
                    wal.saveSnapshot(snapshot.snapshot());
                    snapshot.after().run();
                    raftLoop.accept(new Input.SnapshotRecorded());
                }
            }
        }
        flush();
        return UNTIL_INPUT;
    }

    private void write(Job.Append append) throws IOException {
        append(append);
        batch.add(append);
    }

    private void append(Job.Append append) throws IOException {
        long start = nanoClock.getAsLong();
        Snapshot snapshot = append.ready().snapshot();
        if (!snapshot.isEmpty()) {
            files.save(snapshot);
            wal.saveSnapshot(
                    new WalSnapshot(
                            snapshot.index(),
                            snapshot.term(),
                            RaftCodec.confState(snapshot.confState())));
        }
        List<WalEntry> entries = walEntries(append.ready().toPersist());
        wal.append(hardState(append.hardState()), entries);
        long bytes = 0;
        for (WalEntry entry : entries) {
            bytes += RECORD_BYTES + entry.data().length;
        }
        observer.logWritten(nanoClock.getAsLong() - start, bytes);
    }

    /** Writes on the raft loop's thread, which may do so while no job of it is waiting or under way here. */
    void writeNow(Job.Append append) throws IOException {
        append(append);
        if (append.ready().mustSync()) {
            sync();
        }
        if (!append.ready().sendAfterPersisted().isEmpty()) {
            transport.send(append.ready().sendAfterPersisted());
        }
    }

    private void sync() throws IOException {
        if (!neverSync) {
            long start = nanoClock.getAsLong();
            wal.sync();
            observer.synced(nanoClock.getAsLong() - start);
        }
    }

    private void flush() throws IOException {
        if (batch.isEmpty()) {
            return;
        }
        boolean mustSync = false;
        for (Job.Append append : batch) {
            mustSync |= append.ready().mustSync();
        }
        if (mustSync) {
            sync();
        }
        List<Job.Append> durable = List.copyOf(batch);
        // Telling the raft loop may mean to take its turn.
        batch.clear();
        for (Job.Append append : durable) {
            if (!append.ready().sendAfterPersisted().isEmpty()) {
                transport.send(append.ready().sendAfterPersisted());
            }
            raftLoop.accept(new Input.Persisted(append.ready()));
        }
    }

    private static WalHardState hardState(HardState state) {
        return new WalHardState(state.term(), state.vote(), state.commit());
    }

    private static List<WalEntry> walEntries(List<Entry> entries) {
        List<WalEntry> converted = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            converted.add(RaftCodec.walEntry(entry));
        }
        return converted;
    }
}
