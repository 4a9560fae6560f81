package dev.quorate.api.peer;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The body of a request, for a guest that reads it as it comes. Holds at most {@link #PIECES_MAX} pieces. */
final class RequestBody extends InputStream {
    private static final int PIECES_MAX = 16;

    /** A sender that is silent for so long is given up. */
    private static final long SILENCE_SECONDS = 60;

    private sealed interface Piece {
        record Bytes(Buffer bytes) implements Piece {}

        record End() implements Piece {}

        record Failure(Throwable cause) implements Piece {}
    }

    private final HttpServerRequest request;
    private final ContextInternal context;
    private final LinkedBlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private @Nullable Buffer current;
    private int at;
    private boolean ended;

    /** Takes over the request, on its loop. */
    RequestBody(HttpServerRequest request, ContextInternal context) {
        this.request = request;
        this.context = context;
        request.pause();
        request.handler(bytes -> pieces.add(new Piece.Bytes(bytes)));
        request.endHandler(_ -> pieces.add(new Piece.End()));
        request.exceptionHandler(cause -> pieces.add(new Piece.Failure(cause)));
        request.fetch(PIECES_MAX);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        Buffer buffer = current;
        while (buffer == null || at == buffer.length()) {
            if (ended) {
                return -1;
            }
            buffer = next();
        }
        int count = Math.min(length, buffer.length() - at);
        buffer.getBytes(at, at + count, target, offset);
        at += count;
        return count;
    }

    private @Nullable Buffer next() throws IOException {
        Piece piece;
        try {
            piece = pieces.poll(SILENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        switch (piece) {
            case null -> throw new IOException("the sender is silent");
            case Piece.Bytes(Buffer bytes) -> {
                context.runOnContext(_ -> request.fetch(1));
                current = bytes;
                at = 0;
            }
            case Piece.End() -> {
                ended = true;
                current = null;
            }
            case Piece.Failure(Throwable cause) -> {
                var failure = new EOFException("unexpected EOF");
                failure.initCause(cause);
                throw failure;
            }
        }
        return current;
    }
}
