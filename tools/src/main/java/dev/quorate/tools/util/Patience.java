package dev.quorate.tools.util;

import dev.quorate.storage.engine.Engine;
import dev.quorate.storage.engine.LmdbEngine;
import dev.quorate.tools.command.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a command waits for a process that has a database open.
 *
 * @param limit zero for ever
 */
record Patience(Duration limit) {
    private static final long RETRY_NANOS = 50_000_000;

    /** What {@code --timeout} says. */
    static Patience of(Line line) {
        return new Patience(line.values().duration(EtcdutlCommand.TIMEOUT));
    }

    /**
     * Opens a database of this project, which one process at a time may have open.
     *
     * @throws IOException also when the other process kept it for too long
     */
    Engine open(String directory) throws IOException {
        long start = System.nanoTime();
        while (true) {
            try {
                return LmdbEngine.open(Path.of(directory));
            } catch (LmdbEngine.InUseException e) {
                if (!limit.isZero() && System.nanoTime() - start >= limit.toNanos()) {
                    throw new IOException(
                            "timeout: "
                                    + e.getMessage()
                                    + "; stop the member first (waited "
                                    + limit.toSeconds()
                                    + "s, see --timeout)",
                            e);
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }
}
