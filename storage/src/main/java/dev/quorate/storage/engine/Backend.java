package dev.quorate.storage.engine;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the writes of applied entries and hands them to an {@link Engine} in large transactions.
 *
 * <p>Threads: one owner calls {@link #put}, {@link #delete} and {@link #seal}; one committer calls {@link #awaitCommitDue} and {@link
 * #commit} (the owner may also call {@code commit} to force one); any thread takes a {@link #view}. In a single-threaded simulation the
 * same thread may do all of it, provided it commits before {@link #MAX_PENDING_OPS} is reached, for otherwise {@code seal} waits for a
 * committer that does not exist.
 */
public final class Backend {
    /** A commit is due when this many operations are sealed (etcd's default batch limit). */
    public static final int COMMIT_OPS = 10_000;

    /** A commit is due when the oldest sealed operation has waited this long (etcd's default batch interval). */
    public static final long COMMIT_INTERVAL_MILLIS = 100;

    /** The owner waits in {@link #seal} while more operations than this are not yet committed. */
    public static final int MAX_PENDING_OPS = 200_000;

    /** The owner waits in {@link #seal} while more bytes than this are not yet committed. */
    public static final long MAX_PENDING_BYTES = 64L << 20;

    private final Engine engine;
    private final PendingRecords records;

    // The owner's, until sealed.
    private final WriteBatch open = new WriteBatch();
    private final TreeMap<byte[], byte[]> openMeta = new TreeMap<>(Arrays::compareUnsigned);
    private boolean openOrdersMeta;
    private long recordsWritten;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition committed = lock.newCondition();
    private final Condition due = lock.newCondition();
    // Guarded by lock.
    private WriteBatch sealed = new WriteBatch();
    private final TreeMap<byte[], byte[]> sealedMeta = new TreeMap<>(Arrays::compareUnsigned);
    private long sealedRecords;
    private int flightOps;
    private long flightBytes;
    private @Nullable IOException failure;

    /** Held for the length of a commit, so that a forced one and the committer's do not overlap. */
    private final ReentrantLock commitLock = new ReentrantLock();

    // Guarded by commitLock.
    private WriteBatch flight = new WriteBatch();

    /** Batches writes for {@code engine}, which the caller closes. */
    public Backend(Engine engine) {
        this.engine = engine;
        records = new PendingRecords(Long.MIN_VALUE, 0);
        continueBehindLast();
    }

    private void continueBehindLast() {
        try (ReadView view = engine.read()) {
            ReadView.Entry last = view.last(Bucket.KEY);
            if (last == null) {
                records.reset(Long.MIN_VALUE, 0);
            } else {
                records.reset(RevisionKey.main(last.key()), RevisionKey.sub(last.key()));
            }
        }
    }

    /**
     * Puts other records in the place of everything there is, pending records included; they are durable on return. Owner only.
     *
     * @throws IOException if the source or the engine failed; the backend takes no more writes
     */
    public void replaceAll(RecordSource source) throws IOException {
        commitLock.lock();
        try {
            open.clear();
            openMeta.clear();
            openOrdersMeta = false;
            lock.lock();
            try {
                checkAlive();
                sealed.clear();
                sealedMeta.clear();
                sealedRecords = recordsWritten;
            } finally {
                lock.unlock();
            }
            try {
                engine.replaceAll(source);
            } catch (IOException | RuntimeException e) {
                fail(e);
                throw e;
            }
            continueBehindLast();
            landed();
        } finally {
            commitLock.unlock();
        }
    }

    /**
     * Writes a record. In {@link Bucket#KEY} keys must be {@link RevisionKey}s and ascend; the record is visible to views at once. In
     * {@link Bucket#META} only the last value of a key before a commit is written. Owner only.
     */
    public void put(Bucket bucket, byte[] key, byte[] value) {
        switch (bucket) {
            case KEY -> {
                if (!RevisionKey.isValid(key)) {
                    throw new IllegalArgumentException("not a revision key");
                }
                open.put(bucket, key, value);
                recordsWritten =
                        records.append(
                                RevisionKey.main(key),
                                RevisionKey.sub(key),
                                RevisionKey.isTombstone(key),
                                value);
            }
            case META -> openMeta.put(key, value);
            case LEASE, ALARM, AUTH, AUTH_USERS, AUTH_ROLES, MEMBERS, MEMBERS_REMOVED, CLUSTER ->
                    open.put(bucket, key, value);
        }
    }

    /** Writes the record {@code (main, sub)} of {@link Bucket#KEY}. Owner only. */
    public void putRecord(long main, long sub, boolean tombstone, byte[] value) {
        open.put(Bucket.KEY, RevisionKey.encode(main, sub, tombstone), value);
        recordsWritten = records.append(main, sub, tombstone, value);
    }

    /** Removes a record; views see it until the removal is committed. Owner only. */
    public void delete(Bucket bucket, byte[] key) {
        if (bucket == Bucket.META) {
            flushMeta(openMeta, open);
            openOrdersMeta = true;
        }
        open.delete(bucket, key);
    }

    /**
     * Marks the boundary of an applied entry: everything written so far may be committed, together. Waits while the committer is too far
     * behind. Owner only.
     *
     * @throws IOException if a commit failed; the database takes no more writes
     */
    public void seal() throws IOException {
        lock.lock();
        try {
            while (failure == null && tooFarBehind()) {
                due.signal();
                committed.awaitUninterruptibly();
            }
            checkAlive();
            if (openOrdersMeta) {
                // A delete of a meta key must come after the puts of it that were sealed before.
                flushMeta(sealedMeta, sealed);
                openOrdersMeta = false;
            }
            sealed.addAll(open);
            open.clear();
            sealedMeta.putAll(openMeta);
            openMeta.clear();
            sealedRecords = recordsWritten;
            if (sealed.size() >= COMMIT_OPS) {
                due.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until {@link #COMMIT_OPS} operations are sealed or the time is up; returns whether anything is sealed.
     *
     * @throws InterruptedException if the committer is told to stop
     */
    public boolean awaitCommitDue(long timeoutMillis) throws InterruptedException {
        lock.lock();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
            while (sealed.size() < COMMIT_OPS && !tooFarBehind() && nanos > 0) {
                nanos = due.awaitNanos(nanos);
            }
            return hasSealed();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes everything sealed as one transaction, durable on return; false if there was nothing to write.
     *
     * @throws IOException if the engine failed; the backend takes no more writes
     */
    public boolean commit() throws IOException {
        commitLock.lock();
        try {
            long upTo;
            lock.lock();
            try {
                checkAlive();
                if (!hasSealed()) {
                    return false;
                }
                upTo = takeSealed();
            } finally {
                lock.unlock();
            }
            try {
                engine.commit(flight);
            } catch (IOException | RuntimeException e) {
                fail(e);
                throw e;
            }
            records.trim(upTo);
            flight.clear();
            landed();
            return true;
        } finally {
            commitLock.unlock();
        }
    }

    /**
     * Seals and commits: when it returns, everything written so far is durable. Owner only.
     *
     * @throws IOException if the engine failed; the backend takes no more writes
     */
    public void forceCommit() throws IOException {
        seal();
        commit();
    }

    /** The records of {@link Bucket#KEY}, committed and pending. Any thread; cheap; close it soon. */
    public RecordView view() {
        PendingRecords.Window pending = records.window();
        return new RecordView(pending, engine.read());
    }

    /** The engine's state after the latest commit, for snapshots: it contains whole applied entries and their index. Any thread. */
    public ReadView snapshotView() {
        return engine.read();
    }

    /** Sealed operations that are not yet committed. Any thread. */
    public int pendingOps() {
        lock.lock();
        try {
            return sealed.size() + sealedMeta.size() + flightOps;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of keys and values that are sealed and not yet committed. Any thread. */
    public long pendingBytes() {
        lock.lock();
        try {
            return sealed.bytes() + flightBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #seal} would not wait for the committer even if ten times as much as usual came. Any thread. */
    public boolean hasRoom() {
        return pendingOps() < MAX_PENDING_OPS / 2 && pendingBytes() < MAX_PENDING_BYTES / 2;
    }

    /** The engine underneath. */
    public Engine engine() {
        return engine;
    }

    private boolean hasSealed() {
        return sealed.size() > 0 || !sealedMeta.isEmpty();
    }

    private boolean tooFarBehind() {
        return sealed.size() + flightOps >= MAX_PENDING_OPS
                || sealed.bytes() + flightBytes >= MAX_PENDING_BYTES;
    }

    private void checkAlive() throws IOException {
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    private long takeSealed() {
        flushMeta(sealedMeta, sealed);
        WriteBatch spare = flight;
        flight = sealed;
        sealed = spare;
        flightOps = flight.size();
        flightBytes = flight.bytes();
        return sealedRecords;
    }

    private void landed() {
        lock.lock();
        try {
            flightOps = 0;
            flightBytes = 0;
            committed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void fail(Exception cause) {
        lock.lock();
        try {
            failure =
                    cause instanceof IOException e
                            ? e
                            : new IOException("commit failed: " + cause.getMessage(), cause);
            committed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static void flushMeta(Map<byte[], byte[]> meta, WriteBatch batch) {
        for (Map.Entry<byte[], byte[]> e : meta.entrySet()) {
            batch.put(Bucket.META, e.getKey(), e.getValue());
        }
        meta.clear();
    }
}
