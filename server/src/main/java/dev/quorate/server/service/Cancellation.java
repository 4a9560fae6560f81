package dev.quorate.server.service;

import java.util.concurrent.atomic.AtomicReference;

/** Tells a running call that its client went away. Thread-safe; at most one action can be registered. */
public final class Cancellation {
    private static final Runnable CANCELLED = () -> {};

    private final AtomicReference<Runnable> state = new AtomicReference<>();

    /** Called by the transport when the client disconnects, cancels or passes its deadline. */
    public void cancel() {
        var action = state.getAndSet(CANCELLED);
        if (action != null && action != CANCELLED) {
            action.run();
        }
    }

    public boolean isCancelled() {
        return state.get() == CANCELLED;
    }

    /** Registers what to run on cancellation, on the cancelling thread; runs at once when already cancelled. */
    public void onCancel(Runnable action) {
        if (!state.compareAndSet(null, action) && state.get() == CANCELLED) {
            action.run();
        }
    }
}
