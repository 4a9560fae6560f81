package dev.quorate.server.service;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Tells a running call that its client went away. Thread-safe; at most one action can be registered. */
public final class Cancellation {
    /** Stands where the action stood once the call is cancelled. */
    private enum Cancelled implements Runnable {
        MARK;

        @Override
        public void run() {}
    }

    private final AtomicReference<@Nullable Runnable> state = new AtomicReference<>();

    /** Called by the transport when the client disconnects, cancels or passes its deadline. */
    public void cancel() {
        var action = state.getAndSet(Cancelled.MARK);
        if (action != null) {
            action.run();
        }
    }

    public boolean isCancelled() {
        return state.get() instanceof Cancelled;
    }

    /** Registers what to run on cancellation, on the cancelling thread; runs at once when already cancelled. */
    public void onCancel(Runnable action) {
        if (!state.compareAndSet(null, action) && state.get() instanceof Cancelled) {
            action.run();
        }
    }
}
