package dev.quorate.tools.etcd;

import java.time.Duration;
import java.util.Optional;

/** What the command line starts: the server, or the v2 proxy. */
@FunctionalInterface
public interface Program {

    /**
     * Starts and returns once the listeners are open.
     *
     * @throws Exception with a message for the operator; it becomes the {@code error} of one fatal line
     */
    Running start(EtcdOptions options) throws Exception;

    /** A started program. Safe for use by any thread. */
    interface Running {
        /** Waits until clients are served, or until it is stopped. */
        void awaitReady() throws InterruptedException;

        /** Waits for the end, whatever the reason: stopped, removed from the cluster, or a failure, which is returned. */
        Optional<Throwable> awaitStopped() throws InterruptedException;

        /**
         * Hands over leadership, finishes what is under way and closes everything. A second call waits for the first.
         *
         * @param limit time after which the rest is dropped
         */
        void stop(Duration limit);
    }
}
