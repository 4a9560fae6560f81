package dev.quorate.store.auth;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of the form {@code <letters>.<raft index>}, known to every member because the letters are replicated; kept in memory only, and
 * for a limited time after their last use.
 */
public final class SimpleTokens implements Tokens {
    /** etcd's default time to live. */
    public static final long DEFAULT_TTL_SECONDS = 300;

    private final long ttlNanos;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final TreeMap<String, Holder> holders = new TreeMap<>();
    private long nextSweepNanos;
    private boolean sweeps;

    /** Tokens that end {@code ttlSeconds} after their last use. */
    public SimpleTokens(long ttlSeconds) {
        this.ttlNanos = TimeUnit.SECONDS.toNanos(ttlSeconds);
    }

    private record Holder(String username, long expiryNanos) {}

    @Override
    public String assign(
            String username, long authRevision, String simpleToken, long index, long nowNanos) {
        String token = simpleToken + "." + index;
        lock.lock();
        try {
            sweep(nowNanos);
            holders.put(token, new Holder(username, nowNanos + ttlNanos));
            return token;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable Identity identify(String token, long currentAuthRevision, long nowNanos) {
        lock.lock();
        try {
            Holder holder = holders.get(token);
            if (holder == null) {
                return null;
            }
            if (holder.expiryNanos - nowNanos <= 0) {
                holders.remove(token);
                return null;
            }
            holders.put(token, new Holder(holder.username, nowNanos + ttlNanos));
            return new Identity(holder.username, currentAuthRevision);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long knownFrom(String token) {
        int dot = token.lastIndexOf('.');
        try {
            return Long.parseUnsignedLong(token, dot + 1, token.length(), 10);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    @Override
    public void forgetUser(String username) {
        lock.lock();
        try {
            holders.values().removeIf(holder -> holder.username.equals(username));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void forgetAll() {
        lock.lock();
        try {
            holders.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Drops what is over, once per time to live, so that unused tokens do not pile up. */
    private void sweep(long nowNanos) {
        if (sweeps && nextSweepNanos - nowNanos > 0) {
            return;
        }
        sweeps = true;
        nextSweepNanos = nowNanos + ttlNanos;
        Iterator<Map.Entry<String, Holder>> all = holders.entrySet().iterator();
        while (all.hasNext()) {
            if (all.next().getValue().expiryNanos - nowNanos <= 0) {
                all.remove();
            }
        }
    }
}
