package dev.quorate.store.lease;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.leasepb.Lease;
import dev.quorate.storage.CorruptionException;
import dev.quorate.storage.engine.Backend;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.store.mvcc.LeaseBook;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The leases and the keys tied to them.
 *
 * <p>Grants, revocations, checkpoints and attachments are applied by the apply thread and are the same on every member. When a lease
 * expires is known only to a member that was promoted; elsewhere leases last until a revocation arrives. All methods lock, so any thread
 * may call the others. Times are readings of one monotonic nanosecond clock.
 */
public final class Leases implements LeaseBook {
    /** The longest time to live that can be granted, in seconds. */
    public static final long MAX_TTL_SECONDS = 9_000_000_000L;

    /** A lease whose revocation was asked for is named again after this time if it still exists. */
    static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** A lease with more than this left is checkpointed at this interval. */
    static final long CHECKPOINT_SECONDS = TimeUnit.MINUTES.toSeconds(5);

    /** From this many leases on, a promotion spreads expiries that fall together. */
    static final int SPREAD_FROM_LEASES = 1000;

    /** Places of revoked leases that a queue may hold in any case. */
    private static final int STALE_MAX = 1024;

    private static final long SPREAD_NANOS = TimeUnit.SECONDS.toNanos(1) / 750;

    private final Backend backend;
    private final long minTtlSeconds;
    private final boolean checkpoints;
    private final ReentrantLock lock = new ReentrantLock();

    // All below: guarded by lock.
    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private final PriorityQueue<Due> expiries = new PriorityQueue<>();
    private final PriorityQueue<Due> checkpointsDue = new PriorityQueue<>();
    private boolean promoted;

    /**
     * Reads the leases back.
     *
     * @param minTtlSeconds shorter times to live are raised to this
     * @param checkpoints whether this member, when promoted, names leases whose remaining time should be replicated
     */
    public Leases(Backend backend, long minTtlSeconds, boolean checkpoints) {
        this.backend = backend;
        this.minTtlSeconds = minTtlSeconds;
        this.checkpoints = checkpoints;
        reload();
    }

    /** Starts over from a database whose content was replaced; no clock runs. Keys have to be tied to the leases anew. */
    public void reload() {
        lock.lock();
        try {
            promoted = false;
            entries.clear();
            expiries.clear();
            checkpointsDue.clear();
            readBack();
        } finally {
            lock.unlock();
        }
    }

    private void readBack() {
        try (ReadView view = backend.snapshotView()) {
            view.scanAll(Bucket.LEASE, (_, value) -> restore(value));
        }
    }

    /**
     * What can be said of a lease.
     *
     * @param remainingSeconds time left, rounded down; -1 on a member that was not promoted
     * @param keys the keys tied to it, in byte order
     */
    public record TimeLeft(
            long id, long grantedTtlSeconds, long remainingSeconds, List<byte[]> keys) {}

    /** The time that a lease has left, to be replicated. */
    public record Checkpoint(long id, long remainingSeconds) {}

    private static final class Entry {
        final long id;
        final long ttlSeconds;
        long remainingSeconds;
        boolean forever = true;
        long expiryNanos;

        /** When the queue of expiries is to look at this lease; its other places in the queue are stale. */
        long dueNanos;

        long checkpointNanos;

        /** A checkpoint was named for replication, and none of 0 has been applied since. */
        boolean checkpointUnderWay;

        final TreeSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);

        Entry(long id, long ttlSeconds, long remainingSeconds) {
            this.id = id;
            this.ttlSeconds = ttlSeconds;
            this.remainingSeconds = remainingSeconds;
        }

        long effectiveTtlSeconds() {
            return remainingSeconds > 0 ? remainingSeconds : ttlSeconds;
        }

        boolean expired(long now) {
            return !forever && expiryNanos - now <= 0;
        }
    }

    /** Ordered by time, then by lease; clock readings may wrap, so only their difference counts. */
    private record Due(long atNanos, long id) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            long difference = atNanos - other.atNanos;
            return difference != 0 ? Long.signum(difference) : Long.compare(id, other.id);
        }
    }

    // ---- apply thread
    // -------------------------------------------------------------------------------------------------------------

    /**
     * Grants a lease; returns its effective time to live in seconds.
     *
     * @throws StatusException if the id is 0 or taken, or the time to live is too long
     */
    public long grant(long id, long ttlSeconds, long nowNanos) throws StatusException {
        if (id == 0) {
            throw EtcdError.LEASE_NOT_FOUND.exception();
        }
        if (ttlSeconds > MAX_TTL_SECONDS) {
            throw EtcdError.LEASE_TTL_TOO_LARGE.exception();
        }
        lock.lock();
        try {
            if (entries.containsKey(id)) {
                throw EtcdError.LEASE_EXIST.exception();
            }
            Entry entry = new Entry(id, Math.max(ttlSeconds, minTtlSeconds), 0);
            entries.put(id, entry);
            persist(entry);
            if (promoted) {
                start(entry, nowNanos + seconds(entry.ttlSeconds), nowNanos);
            }
            return entry.ttlSeconds;
        } finally {
            lock.unlock();
        }
    }

    /** The keys that fall with a lease, in byte order; null if there is no such lease. */
    public @Nullable List<byte[]> keys(long id) {
        lock.lock();
        try {
            Entry entry = entries.get(id);
            return entry == null ? null : new ArrayList<>(entry.keys);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a lease, whose keys the caller has deleted. Apply thread only. */
    public void remove(long id) {
        lock.lock();
        try {
            entries.remove(id);
            dropStale(expiries);
            dropStale(checkpointsDue);
        } finally {
            lock.unlock();
        }
        backend.delete(Bucket.LEASE, storedKey(id));
    }

    /** Notes the time that a lease has left; unknown leases are ignored. Apply thread only. */
    public void checkpoint(long id, long remainingSeconds, boolean persist, long nowNanos) {
        lock.lock();
        try {
            Entry entry = entries.get(id);
            if (entry == null) {
                return;
            }
            entry.remainingSeconds = remainingSeconds;
            if (remainingSeconds == 0) {
                entry.checkpointUnderWay = false;
            }
            if (persist) {
                persist(entry);
            }
            scheduleCheckpoint(entry, nowNanos);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean exists(long id) {
        lock.lock();
        try {
            return entries.containsKey(id);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void attach(long id, byte[] key) {
        lock.lock();
        try {
            Entry entry = entries.get(id);
            if (entry != null) {
                entry.keys.add(key);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void detach(long id, byte[] key) {
        lock.lock();
        try {
            Entry entry = entries.get(id);
            if (entry != null) {
                entry.keys.remove(key);
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- any thread
    // ---------------------------------------------------------------------------------------------------------------

    /** Starts the clock of every lease: this member is the leader now. {@code extendNanos} is added to each, one election timeout. */
    public void promote(long extendNanos, long nowNanos) {
        lock.lock();
        try {
            promoted = true;
            expiries.clear();
            checkpointsDue.clear();
            ArrayList<Entry> ordered = new ArrayList<>(entries.values());
            for (Entry entry : ordered) {
                long left = seconds(entry.effectiveTtlSeconds());
                entry.expiryNanos = nowNanos + left + extendNanos;
            }
            if (ordered.size() >= SPREAD_FROM_LEASES) {
                spread(ordered, nowNanos);
            }
            for (Entry entry : ordered) {
                start(entry, entry.expiryNanos, nowNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Stops the clocks: this member is not the leader any more. */
    public void demote() {
        lock.lock();
        try {
            promoted = false;
            expiries.clear();
            checkpointsDue.clear();
            for (Entry entry : entries.values()) {
                entry.forever = true;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the clocks run here. */
    public boolean isPromoted() {
        lock.lock();
        try {
            return promoted;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives a lease its full time again; returns that time in seconds, or 0 if it has expired and its revocation is under way.
     *
     * @throws StatusException if there is no such lease, or this member was not promoted
     */
    public long renew(long id, long nowNanos) throws StatusException {
        lock.lock();
        try {
            if (!promoted) {
                throw EtcdError.NOT_PRIMARY_LESSOR.exception();
            }
            Entry entry = entries.get(id);
            if (entry == null) {
                throw EtcdError.LEASE_NOT_FOUND.exception();
            }
            if (entry.expired(nowNanos)) {
                return 0;
            }
            // The queue of expiries is put right when the old time comes.
            entry.expiryNanos = nowNanos + seconds(entry.ttlSeconds);
            return entry.ttlSeconds;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether a checkpoint of 0 has to be replicated before a renewal is promised, because an older checkpoint, by whichever leader, or one
     * on its way through the log, would shorten the lease at the next leader.
     */
    public boolean renewNeedsCheckpoint(long id) {
        lock.lock();
        try {
            Entry entry = entries.get(id);
            return entry != null && (entry.remainingSeconds > 0 || entry.checkpointUnderWay);
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #expired} or {@link #checkpoints} may have something to tell. */
    public boolean isAnythingDue(long nowNanos) {
        lock.lock();
        try {
            return isDue(expiries.peek(), nowNanos) || isDue(checkpointsDue.peek(), nowNanos);
        } finally {
            lock.unlock();
        }
    }

    /** Up to {@code max} leases whose time is over and whose revocation is to be proposed now. */
    public List<Long> expired(long nowNanos, int max) {
        lock.lock();
        try {
            ArrayList<Long> ids = new ArrayList<>();
            while (ids.size() < max && isDue(expiries.peek(), nowNanos)) {
                Due due = expiries.remove();
                Entry entry = entries.get(due.id);
                if (entry == null || entry.forever || entry.dueNanos != due.atNanos) {
                    continue;
                }
                if (entry.expired(nowNanos)) {
                    ids.add(due.id);
                    lookAgain(entry, nowNanos + RETRY_NANOS);
                } else {
                    lookAgain(entry, entry.expiryNanos);
                }
            }
            return ids;
        } finally {
            lock.unlock();
        }
    }

    /** Up to {@code max} leases whose remaining time is to be replicated now; none unless checkpoints are on. */
    public List<Checkpoint> checkpoints(long nowNanos, int max) {
        lock.lock();
        try {
            ArrayList<Checkpoint> due = new ArrayList<>();
            while (due.size() < max && isDue(checkpointsDue.peek(), nowNanos)) {
                Due next = checkpointsDue.remove();
                Entry entry = entries.get(next.id);
                if (entry == null
                        || entry.checkpointNanos != next.atNanos
                        || entry.expired(nowNanos)) {
                    continue;
                }
                long left = ceilSeconds(entry.expiryNanos - nowNanos);
                if (left < entry.ttlSeconds) {
                    due.add(new Checkpoint(entry.id, left));
                    entry.checkpointUnderWay = true;
                }
            }
            return due;
        } finally {
            lock.unlock();
        }
    }

    /** What is known of a lease, or null if there is none. */
    public @Nullable TimeLeft timeToLive(long id, long nowNanos) {
        lock.lock();
        try {
            Entry entry = entries.get(id);
            if (entry == null) {
                return null;
            }
            long left = TimeUnit.NANOSECONDS.toSeconds(Math.max(0, entry.expiryNanos - nowNanos));
            return new TimeLeft(
                    id, entry.ttlSeconds, entry.forever ? -1 : left, new ArrayList<>(entry.keys));
        } finally {
            lock.unlock();
        }
    }

    /** The ids of all leases, soonest expiry first where the clocks run. */
    public List<Long> list() {
        lock.lock();
        try {
            ArrayList<Entry> ordered = new ArrayList<>(entries.values());
            ordered.sort(BY_EXPIRY);
            ArrayList<Long> ids = new ArrayList<>(ordered.size());
            for (Entry entry : ordered) {
                ids.add(entry.id);
            }
            return ids;
        } finally {
            lock.unlock();
        }
    }

    private static final Comparator<Entry> BY_EXPIRY =
            (a, b) ->
                    a.forever || b.forever
                            ? Boolean.compare(a.forever, b.forever)
                            : Long.signum(a.expiryNanos - b.expiryNanos);

    private static boolean isDue(@Nullable Due due, long nowNanos) {
        return due != null && due.atNanos - nowNanos <= 0;
    }

    private void start(Entry entry, long expiryNanos, long nowNanos) {
        entry.forever = false;
        entry.expiryNanos = expiryNanos;
        lookAgain(entry, expiryNanos);
        scheduleCheckpoint(entry, nowNanos);
    }

    private void lookAgain(Entry entry, long atNanos) {
        entry.dueNanos = atNanos;
        expiries.add(new Due(atNanos, entry.id));
    }

    /** Revoked leases leave their places behind; they go when they are the most. */
    private void dropStale(PriorityQueue<Due> queue) {
        if (queue.size() > 2 * entries.size() + STALE_MAX) {
            queue.removeIf(due -> !entries.containsKey(due.id));
        }
    }

    private void scheduleCheckpoint(Entry entry, long nowNanos) {
        if (checkpoints && promoted && entry.effectiveTtlSeconds() > CHECKPOINT_SECONDS) {
            entry.checkpointNanos = nowNanos + seconds(CHECKPOINT_SECONDS);
            checkpointsDue.add(new Due(entry.checkpointNanos, entry.id));
        }
    }

    /** Keeps leases that would expire together from being revoked in one burst. */
    private static void spread(List<Entry> ordered, long nowNanos) {
        ordered.sort((a, b) -> Long.compare(a.expiryNanos - nowNanos, b.expiryNanos - nowNanos));
        long earliest = ordered.getFirst().expiryNanos;
        for (Entry entry : ordered) {
            if (entry.expiryNanos - earliest < 0) {
                entry.expiryNanos = earliest;
            }
            earliest = entry.expiryNanos + SPREAD_NANOS;
        }
    }

    private boolean restore(byte[] value) {
        try {
            Lease stored = Lease.parseFrom(value);
            long ttl = Math.max(stored.getTTL(), minTtlSeconds);
            entries.put(stored.getID(), new Entry(stored.getID(), ttl, stored.getRemainingTTL()));
            return true;
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptionException("bucket lease: a record does not parse", e);
        }
    }

    private void persist(Entry entry) {
        Lease stored =
                Lease.newBuilder()
                        .setID(entry.id)
                        .setTTL(entry.ttlSeconds)
                        .setRemainingTTL(entry.remainingSeconds)
                        .build();
        backend.put(Bucket.LEASE, storedKey(entry.id), stored.toByteArray());
    }

    private static byte[] storedKey(long id) {
        return ByteBuffer.allocate(Long.BYTES).putLong(id).array();
    }

    /** Nine billion seconds do not overflow 63 bits of nanoseconds. */
    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    private static long ceilSeconds(long nanos) {
        return Math.ceilDiv(nanos, TimeUnit.SECONDS.toNanos(1));
    }
}
