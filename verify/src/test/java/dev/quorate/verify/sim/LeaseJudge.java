package dev.quorate.verify.sim;

import java.util.TreeMap;

/**
 * Leases must not end before their time, counted from the moment at which the last acknowledged renewal was sent; and they must end at
 * last. Times are true; clocks may differ from that by what the plan allows.
 */
final class LeaseJudge implements Oracle.Leases {
    private static final long SECOND = 1_000_000_000;
    private static final long MILLION = 1_000_000;

    private static final class Lease {
        long ttlSeconds;
        long renewedAt = Long.MIN_VALUE;
        boolean revokedByClient;
        boolean over;
        long overAt;
    }

    private final World world;
    private final TreeMap<Long, Lease> leases = new TreeMap<>();
    private long ended;

    LeaseJudge(World world) {
        this.world = world;
    }

    private Lease lease(long id) {
        return leases.computeIfAbsent(id, _ -> new Lease());
    }

    /** A grant or a renewal that was asked for at the time was acknowledged. */
    void acknowledged(long id, long ttlSeconds, long sentAt) {
        Lease lease = lease(id);
        lease.ttlSeconds = ttlSeconds;
        lease.renewedAt = Math.max(lease.renewedAt, sentAt);
        if (lease.over) {
            // The answer took its time, which is no fault if the lease has lived as long as it
            // says.
            check(id, lease);
        }
    }

    /** A client is about to ask for the end of the lease. */
    void revoking(long id) {
        lease(id).revokedByClient = true;
    }

    @Override
    public void granted(long id, long ttlSeconds) {
        lease(id);
    }

    @Override
    public void revoked(long id) {
        Lease lease = lease(id);
        lease.over = true;
        lease.overAt = world.now();
        ended++;
        check(id, lease);
    }

    private void check(long id, Lease lease) {
        if (lease.revokedByClient || lease.renewedAt == Long.MIN_VALUE) {
            return;
        }
        long fastest = MILLION + world.plan.clockPpm();
        long earliest = lease.renewedAt + lease.ttlSeconds * SECOND / fastest * MILLION;
        if (lease.overAt < earliest) {
            throw new AssertionError(
                    "lease "
                            + id
                            + " of "
                            + lease.ttlSeconds
                            + " s, renewed at "
                            + lease.renewedAt / 1e9
                            + " s, ended early, at "
                            + lease.overAt / 1e9);
        }
    }

    long ended() {
        return ended;
    }

    boolean allOver() {
        return world.oracle.leases().isEmpty();
    }

    void checkAllOver() {
        if (!allOver()) {
            throw new AssertionError("leases live for ever: " + world.oracle.leases());
        }
    }
}
