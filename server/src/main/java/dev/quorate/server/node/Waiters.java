package dev.quorate.server.node;

import dev.quorate.proto.error.StatusException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Local callers waiting for their replicated request, by request id. Thread-safe. */
final class Waiters {
    /** More callers than this are refused at once. */
    static final int PENDING_MAX = 100_000;

    record Waiting(Waiter waiter, long deadlineNanos) {}

    private final ConcurrentHashMap<Long, Waiting> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    /** Registers a caller; false when there are too many. */
    boolean add(long id, Waiter waiter, long deadlineNanos) {
        if (count.incrementAndGet() > PENDING_MAX) {
            count.decrementAndGet();
            return false;
        }
        waiting.put(id, new Waiting(waiter, deadlineNanos));
        return true;
    }

    /** Whether somebody waits for this id. */
    boolean contains(long id) {
        return waiting.containsKey(id);
    }

    /** Takes the caller out; null if nobody waits (any more). */
    @Nullable Waiter take(long id) {
        var found = takeTimed(id);
        return found == null ? null : found.waiter;
    }

    /** The same, with the deadline that the caller had. */
    @Nullable Waiting takeTimed(long id) {
        var found = waiting.remove(id);
        if (found != null) {
            count.decrementAndGet();
        }
        return found;
    }

    int size() {
        return count.get();
    }

    /**
     * Refuses everybody whose time is up; returns how many.
     *
     * @param why by the deadline that has passed
     */
    int expire(long nowNanos, LongFunction<StatusException> why) {
        int expired = 0;
        for (var entry : waiting.entrySet()) {
            if (entry.getValue().deadlineNanos - nowNanos <= 0) {
                var waiter = take(entry.getKey());
                if (waiter != null) {
                    waiter.accept(Waiter.refusal(why.apply(entry.getValue().deadlineNanos)));
                    expired++;
                }
            }
        }
        return expired;
    }

    /** Refuses one, if it still waits. */
    void refuse(long id, StatusException why) {
        Waiter waiter = take(id);
        if (waiter != null) {
            waiter.accept(Waiter.refusal(why));
        }
    }

    /** Refuses everybody. */
    void failAll(StatusException why) {
        for (var id : waiting.keySet()) {
            var waiter = take(id);
            if (waiter != null) {
                waiter.accept(Waiter.refusal(why));
            }
        }
    }
}
