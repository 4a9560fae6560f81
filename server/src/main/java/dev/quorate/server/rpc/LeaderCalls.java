package dev.quorate.server.rpc;

import dev.quorate.server.Transport;
import dev.quorate.server.node.Leadership;
import dev.quorate.server.node.Node;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Asks the leader for what only it knows: again and again, whoever leads, until there is an answer that settles the matter or the time is
 * up. Thread-safe; never blocks.
 */
final class LeaderCalls {
    /** Between two attempts, as in etcd. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** For one attempt: a leader that has stopped without breaking its connections has a successor by then. */
    private static final long ATTEMPT_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Runs something after a while. */
    interface Later {
        void run(long delayNanos, Runnable action);
    }

    /** What is done with an answer. */
    interface Reaction {
        /**
         * This member leads itself.
         *
         * @param again to be run, once, instead of settling the matter, if it turns out that it does not, or cannot answer yet
         */
        void leads(Runnable again);

        /** The leader answered; returns whether that settles the matter. */
        boolean answered(PeerResponse response);

        /** The time is up. */
        void late();
    }

    private final Node node;
    private final Transport transport;
    private final LongSupplier nanoClock;
    private final Later later;
    private final long limitNanos;

    /** @param limitNanos time for one matter in all */
    LeaderCalls(
            Node node, Transport transport, LongSupplier nanoClock, Later later, long limitNanos) {
        this.node = node;
        this.transport = transport;
        this.nanoClock = nanoClock;
        this.later = later;
        this.limitNanos = limitNanos;
    }

    /** Asks the leader, unless this member is it. */
    void ask(PeerRequest request, Reaction reaction) {
        attempt(request, reaction, nanoClock.getAsLong() + limitNanos);
    }

    private void attempt(PeerRequest request, Reaction reaction, long deadlineNanos) {
        long left = deadlineNanos - nanoClock.getAsLong();
        if (left <= 0) {
            reaction.late();
            return;
        }
        Leadership leadership = node.leadership();
        Runnable again =
                () -> later.run(PAUSE_NANOS, () -> attempt(request, reaction, deadlineNanos));
        if (leadership.isLeader()) {
            reaction.leads(again);
        } else if (leadership.leader() == 0) {
            again.run();
        } else {
            transport.call(
                    leadership.leader(),
                    request,
                    Duration.ofNanos(Math.min(left, ATTEMPT_NANOS)),
                    response -> {
                        if (response.status() == 0 || !reaction.answered(response)) {
                            again.run();
                        }
                    });
        }
    }
}
