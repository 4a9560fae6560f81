package dev.quorate.verify.conform;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/** Waits for conditions that another process makes true. */
final class Deadline {

    private static final long POLL_MILLIS = 20;

    private Deadline() {}

    /** A condition that may fail to be asked. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** Returns whether the condition became true before the limit; an I/O failure counts as "not yet". */
    static boolean await(Duration limit, Condition condition) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        do {
            try {
                if (condition.holds()) {
                    return true;
                }
            } catch (IOException e) {
                // Not yet: the process is still starting.
            }
            Thread.sleep(POLL_MILLIS);
        } while (System.nanoTime() < end);
        return false;
    }

    static void require(Duration limit, Condition condition, Supplier<String> what)
            throws InterruptedException {
        if (!await(limit, condition)) {
            throw new AssertionError("not within " + limit + ": " + what.get());
        }
    }
}
