package dev.quorate.client.http2;

import java.io.IOException;

/** The peer broke the protocol; the connection cannot go on. */
public final class Http2Exception extends IOException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    Http2Exception(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }
}
