package dev.quorate.server.service;

import dev.quorate.proto.error.StatusException;

/**
 * The sending side of a stream. All methods may be called on any thread and never block; messages leave in the order of the calls.
 * After {@link #finish} or {@link #fail}, or after the peer went away, further calls do nothing.
 */
public interface Outlet {
    /** Queues one message; the caller is expected to stop sending while {@link #isWritable()} is false. */
    void send(Payload message);

    /** False while the peer reads too slowly: what is queued exceeds the transport's high-water mark. */
    boolean isWritable();

    /** Registers what to run, once per call, when the stream becomes writable again; runs at once if it already is. */
    void onWritable(Runnable action);

    /** Ends the stream with status OK. */
    void finish();

    /** Ends the stream with a refusal. */
    void fail(StatusException refusal);
}
