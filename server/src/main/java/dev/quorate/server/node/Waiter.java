package dev.quorate.server.node;

import dev.quorate.proto.error.StatusException;
import dev.quorate.store.Outcome;

/** Who waits for the outcome of a request. Called once: on the apply loop, after the outcome is visible to readers. */
@FunctionalInterface
public interface Waiter {
    void accept(Outcome outcome);

    /** A refusal that never reached the log. */
    static Outcome refusal(StatusException why) {
        return new Outcome.Refused(why, false);
    }
}
