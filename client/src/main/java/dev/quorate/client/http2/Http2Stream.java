package dev.quorate.client.http2;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** One request and its response on a connection. Safe for one sender and any number of others. */
public final class Http2Stream {
    private final Http2Connection connection;
    private final StreamListener listener;

    /** Guarded by the connection's flow monitor, as is {@link #finished}. */
    int sendWindow;

    boolean finished;

    /** Set once, before the stream is known to the reader. */
    int id;

    private final AtomicInteger unannounced = new AtomicInteger();

    Http2Stream(Http2Connection connection, StreamListener listener) {
        this.connection = connection;
        this.listener = listener;
    }

    StreamListener listener() {
        return listener;
    }

    /** The connection that carries the stream. */
    public Http2Connection connection() {
        return connection;
    }

    /**
     * Sends octets of the body and waits while the peer's window is closed.
     *
     * @param deadlineNanos on the clock of {@link System#nanoTime}
     * @return false if the stream or the connection ended before everything was sent, or time ran out
     */
    public boolean send(byte[] body, boolean end, long deadlineNanos)
            throws IOException, InterruptedException {
        return connection.send(this, body, 0, end, deadlineNanos);
    }

    /** Gives up the stream; the listener hears nothing more. */
    public void cancel() {
        connection.reset(this, ErrorCode.CANCEL);
    }

    /** Lets the peer send that many octets more. */
    public void consumed(int octets) {
        if (unannounced.addAndGet(octets) >= Http2Connection.STREAM_WINDOW_BYTES / 2) {
            int give = unannounced.getAndSet(0);
            if (give > 0) {
                connection.windowUpdate(id, give);
            }
        }
    }
}
