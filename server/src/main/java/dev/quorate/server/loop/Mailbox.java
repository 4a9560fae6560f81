package dev.quorate.server.loop;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The input of one worker: any thread posts without waiting, the owner polls. Posting wakes a sleeping owner.
 *
 * <p>The mailbox itself has no bound; whoever posts on behalf of the outside world is bounded before it gets here (see {@code
 * Waiters.PENDING_MAX}, and the raft core's limit of bytes handed out to apply).
 */
public final class Mailbox<T> {
    private final ConcurrentLinkedQueue<T> queue = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Thread sleeper;
    private volatile boolean nudged;

    public void post(T item) {
        queue.add(item);
        unpark();
    }

    /** Leaves an item for whoever works next; the caller sees to it that somebody does. */
    public void add(T item) {
        queue.add(item);
    }

    /** Wakes the owner without giving it anything. */
    public void wake() {
        nudged = true;
        unpark();
    }

    private void unpark() {
        Thread thread = sleeper;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /** The next item, or null; owner only. */
    public @Nullable T poll() {
        return queue.poll();
    }

    public boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Sleeps until something is posted, {@link #wake} is called or the time is up; owner only. */
    void await(long nanos) {
        sleeper = Thread.currentThread();
        if (queue.isEmpty() && !nudged) {
            LockSupport.parkNanos(this, nanos);
        }
        sleeper = null;
        nudged = false;
    }
}
