package dev.quorate.client.http2;

import java.util.List;

/** What happens to one stream. Called by the thread that reads the connection, which must not be held up. */
public interface StreamListener {
    /**
     * A header block arrived: informational ones are left out, so the first is the response's and the last the trailers.
     *
     * @param end whether the stream ends with it
     */
    void headers(List<Header> fields, boolean end);

    /** Octets of the body. Give them back with {@link Http2Stream#consumed} when there is room for more. */
    void data(byte[] from, int offset, int length, boolean end);

    /** The stream ended before its time. */
    void failed(Failure failure);

    /**
     * Why a stream ended early.
     *
     * @param kind what is known about the request
     * @param code of the peer's message, if it sent one
     * @param text for humans
     */
    record Failure(Kind kind, ErrorCode code, String text) {}

    /** What is known about a request whose stream failed. */
    enum Kind {
        /** The peer says that it did not look at the request. It may be sent again whatever it does. */
        UNPROCESSED,
        /** The peer ended this stream alone. */
        RESET,
        /** The connection broke: nobody knows what the peer did. */
        LOST
    }
}
