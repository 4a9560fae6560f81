package dev.quorate.tools.ctl.command;

import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Second thoughts. */
final class Warnings {
    private static final long PAUSE_NANOS = 2_000_000_000L;

    private Warnings() {}

    /** Gives two seconds to change one's mind before a range is deleted. */
    static void beforeRange(Run run, List<String> arguments) {
        run.err()
                .line(
                        "Warning: Keys between \""
                                + arguments.get(0)
                                + "\" and \""
                                + arguments.get(1)
                                + "\" will be deleted. Please interrupt the command within next 2"
                                + " seconds to cancel. You can provide `--range` flag to avoid the"
                                + " delay.")
                .flush();
        long end = System.nanoTime() + PAUSE_NANOS;
        while (end - System.nanoTime() > 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
