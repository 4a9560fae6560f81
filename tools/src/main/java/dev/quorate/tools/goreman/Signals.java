package dev.quorate.tools.goreman;

import java.util.List;
import java.util.function.Consumer;
import sun.misc.Signal;

/**
 * Hands SIGINT, SIGTERM and SIGHUP to the supervisor instead of ending the JVM. The JDK's official way, a shutdown hook, cannot see a
 * second signal.
 */
final class Signals {
    private Signals() {}

    /** From here on, every such signal calls the handler, on a thread of its own. SIGHUP stays ignored under {@code nohup}. */
    static void handle(Consumer<StopSignal> handler) {
        Posix.restoreDefault(StopSignal.INT);
        for (StopSignal signal : List.of(StopSignal.INT, StopSignal.TERM, StopSignal.HUP)) {
            Signal.handle(new Signal(signal.name()), _ -> handler.accept(signal));
        }
    }
}
