package dev.quorate.api.json;

import dev.quorate.proto.error.StatusException;
import io.vertx.core.Future;

/** What the answers of a stream are written to: a chunked response or a WebSocket. Used on its event loop. */
interface Channel {
    /** Sends one line without its end; the future completes when the socket took it or never will. */
    Future<Void> line(String json);

    /** Ends without a word. */
    void end();

    /** Ends with a refusal. */
    void end(StatusException refusal);

    /** Whether nothing can be written any more. */
    boolean isClosed();
}
