package dev.quorate.server.node;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids of replicated requests: unique among the members of a cluster, also over restarts, because every member looks up its own waiting
 * callers by them. Leases that no client named are named in the same way, as in etcd.
 *
 * <pre>
 *   63        48 47                          8 7       0
 *   │ member id │ milliseconds at start (low 40) │ counter │
 * </pre>
 */
public final class RequestIds {
    private static final int MEMBER_SHIFT = 48;
    private static final int MILLIS_SHIFT = 8;
    private static final long MILLIS_MASK = (1L << 40) - 1;

    private final AtomicLong next;

    /** @param startMillis time of day when this member started, which keeps its runs apart */
    public RequestIds(long memberId, long startMillis) {
        next =
                new AtomicLong(
                        memberId << MEMBER_SHIFT | (startMillis & MILLIS_MASK) << MILLIS_SHIFT);
    }

    /** The next id; any thread. */
    public long next() {
        return next.incrementAndGet();
    }
}
