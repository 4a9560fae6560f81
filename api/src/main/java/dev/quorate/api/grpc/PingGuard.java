package dev.quorate.api.grpc;

import java.util.concurrent.TimeUnit;

/**
 * Decides when a client pings too often, by the rules of Go's gRPC server: a ping is a strike when it follows the previous one within the
 * minimum time, or within two hours while no call is open; anything the server sends on a stream forgives all strikes; the third strike is
 * one too many. Used by one event loop.
 */
final class PingGuard {
    private static final int TOLERATED_STRIKES = 2;
    private static final long IDLE_MIN_TIME_NANOS = TimeUnit.HOURS.toNanos(2);

    private final long minTimeNanos;
    private long lastPingNanos;
    private boolean pinged;
    private boolean forgiven;
    private int unsent;
    private int strikes;

    PingGuard(long minTimeNanos) {
        this.minTimeNanos = minTimeNanos;
    }

    /** The server sent headers. */
    void onSent() {
        forgiven = true;
    }

    /**
     * Data is on its way, in pieces as the client's window allows. Clients measure their bandwidth with a ping per piece, so all pings until
     * {@link #onDataSent} are welcome.
     */
    void onDataQueued() {
        unsent++;
    }

    void onDataSent() {
        unsent--;
        forgiven = true;
    }

    /** Counts a ping; true when the client has to go. */
    boolean onPing(long nowNanos, boolean hasCalls) {
        boolean first = !pinged;
        long sinceLast = nowNanos - lastPingNanos;
        pinged = true;
        lastPingNanos = nowNanos;
        if (forgiven || unsent > 0) {
            forgiven = false;
            strikes = 0;
            return false;
        }
        if (!first && sinceLast < (hasCalls ? minTimeNanos : IDLE_MIN_TIME_NANOS)) {
            strikes++;
        }
        return strikes > TOLERATED_STRIKES;
    }
}
