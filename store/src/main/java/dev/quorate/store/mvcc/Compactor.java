package dev.quorate.store.mvcc;

import dev.quorate.storage.engine.Backend;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.RecordView;
import dev.quorate.storage.engine.RevisionKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Deletes what compactions made unreadable, a bounded step at a time, oldest compaction first. Runs on the apply thread between batches.
 *
 * <p>A compaction first cuts the histories in the index, key by key, and then walks the records up to its revision, hashes them as they
 * were and deletes those that the index no longer needs.
 */
final class Compactor {
    /** Keys looked at per step for each record that a step may look at: a key costs far less than a record. */
    private static final int KEYS_PER_RECORD = 8;

    private static final byte[] FIRST_KEY = new byte[0];

    private final Backend backend;
    private final KeyTree tree;
    private final KeyValues readers;
    private final int batch;
    private final ArrayDeque<Job> jobs = new ArrayDeque<>();
    private final ArrayList<Waiter> waiters = new ArrayList<>();
    private @Nullable Compacted finished;
    private final Records.Reader reader = new Records.Reader();

    Compactor(Backend backend, KeyTree tree, KeyValues readers, int batch) {
        this.backend = backend;
        this.tree = tree;
        this.readers = readers;
        this.batch = batch;
    }

    /** The compaction that the last step finished, or null; asked once per step. */
    @Nullable Compacted takeFinished() {
        Compacted taken = finished;
        finished = null;
        return taken;
    }

    private record Waiter(long revision, Runnable done) {}

    /** One compaction and how far it has come. */
    private static final class Job {
        final long revision;
        final long previousRevision;

        /** Whether the previous compaction had finished when this one was scheduled, so that its hash means something. */
        final boolean hashes;

        byte @Nullable [] nextKey = FIRST_KEY;
        boolean keptAny;
        long nextMain;
        @Nullable KeyHasher hasher;
        long deleted;

        Job(long revision, long previousRevision, boolean hashes) {
            this.revision = revision;
            this.previousRevision = previousRevision;
            this.hashes = hashes;
        }
    }

    boolean pending() {
        return !jobs.isEmpty();
    }

    void schedule(long revision, long previousRevision) {
        jobs.add(new Job(revision, previousRevision, jobs.isEmpty()));
    }

    /** Takes up a compaction that a stop interrupted. */
    void resume(long revision) {
        jobs.add(new Job(revision, -1, false));
    }

    void whenFinished(long revision, Runnable done) {
        if (jobs.isEmpty() || jobs.getFirst().revision > revision) {
            done.run();
        } else {
            waiters.add(new Waiter(revision, done));
        }
    }

    /** Gives up every job; nobody has to wait for them any more. */
    void abandon() {
        jobs.clear();
        waiters.forEach(waiter -> waiter.done.run());
        waiters.clear();
    }

    /** Does one step; returns the revision of the compaction that it finished, or -1. */
    long step() {
        Job job = jobs.peek();
        if (job == null) {
            return -1;
        }
        if (job.nextKey != null) {
            trimKeys(job, job.nextKey);
            return -1;
        }
        if (!sweepRecords(job)) {
            return -1;
        }
        finish(job);
        return job.revision;
    }

    private void finish(Job job) {
        jobs.remove();
        KeyHasher hasher = job.hasher;
        KeyHash hash = job.hashes && hasher != null ? hasher.result() : null;
        if (hash != null) {
            readers.addCompactionHash(hash);
        }
        finished = new Compacted(job.revision, job.deleted, hash);
        for (Waiter waiter : waiters) {
            if (waiter.revision <= job.revision) {
                waiter.done.run();
            }
        }
        waiters.removeIf(waiter -> waiter.revision <= job.revision);
    }

    private void trimKeys(Job job, byte[] from) {
        int budget = batch * KEYS_PER_RECORD;
        ArrayList<KeyVersion> found = new ArrayList<>();
        KeyTree.scan(
                tree.root(),
                new KeyRange(from, null, false),
                newest -> {
                    found.add(newest);
                    return found.size() < budget;
                });
        for (KeyVersion newest : found) {
            trim(job, newest);
        }
        job.nextKey = found.size() < budget ? null : KeyValues.successor(found.getLast().key);
    }

    private void trim(Job job, KeyVersion newest) {
        KeyVersion left = newest.compacted(job.revision);
        if (left == null) {
            tree.seek(newest.key);
            tree.remove();
            return;
        }
        job.keptAny |= left.asOf(job.revision) != null;
        if (left != newest) {
            tree.seek(newest.key);
            tree.put(left);
        }
    }

    /** Returns whether the last record was reached. */
    private boolean sweepRecords(Job job) {
        KeyHasher hasher = job.hasher;
        if (hasher == null) {
            hasher = new KeyHasher(job.previousRevision, job.revision, job.keptAny);
            job.hasher = hasher;
        }
        Sweep sweep = new Sweep(job, hasher);
        try (RecordView records = backend.view()) {
            records.scan(job.nextMain, job.revision + 1, sweep);
        }
        job.nextMain = sweep.next;
        return sweep.reachedEnd;
    }

    private boolean isKept(byte[] key, long revision, long main, long sub, boolean tombstone) {
        KeyVersion newest = KeyTree.get(tree.root(), key);
        KeyVersion kept = newest == null ? null : newest.asOf(revision);
        return kept != null
                && kept.main == main
                && kept.sub == sub
                && (!tombstone || main == revision);
    }

    /** Looks at a batch of records, or some more to end at a whole revision. */
    private final class Sweep implements RecordView.Visitor {
        private final Job job;
        private final KeyHasher hasher;
        private int seen;
        private long main = -1;
        long next;
        boolean reachedEnd = true;

        Sweep(Job job, KeyHasher hasher) {
            this.job = job;
            this.hasher = hasher;
        }

        @Override
        public boolean visit(long recordMain, long sub, boolean tombstone, byte[] value) {
            if (seen >= batch && recordMain != main) {
                next = recordMain;
                reachedEnd = false;
                return false;
            }
            main = recordMain;
            seen++;
            byte[] key = reader.read(value).key();
            boolean kept = isKept(key, job.revision, recordMain, sub, tombstone);
            hasher.add(recordMain, sub, tombstone, value, kept);
            if (!kept) {
                job.deleted++;
                backend.delete(Bucket.KEY, RevisionKey.encode(recordMain, sub, tombstone));
            }
            return true;
        }
    }
}
