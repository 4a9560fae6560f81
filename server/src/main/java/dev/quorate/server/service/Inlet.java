package dev.quorate.server.service;

import com.google.protobuf.MessageLite;

/** The receiving side of a bidirectional stream. The transport calls it serially; no method blocks. */
public interface Inlet<Q extends MessageLite> {
    void next(Q request);

    /** The client will send no more; the stream stays open in the other direction. */
    void halfClosed();

    /** The client went away or cancelled: release everything. Called at most once, nothing follows. */
    void cancelled();
}
