package dev.quorate.api.peer;

import dev.quorate.metrics.Counter;
import dev.quorate.raft.message.Message;
import dev.quorate.server.peer.StreamEncoder;
import dev.quorate.server.peer.StreamKind;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The sending end of a stream: the body of the answer to another member's request. {@link #offer} on any thread, the rest on the loop. */
final class StreamWriter {
    /** Messages that wait at most. */
    private static final int WAITING_MAX = 4096;

    /** Written at once at most, so that a slow member holds little memory. */
    private static final int WRITE_BYTES = 256 << 10;

    private final StreamKind kind;
    private final Consumer<Message> dropped;
    private final Counter sentBytes;
    private final ArrayBlockingQueue<Message> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private volatile @Nullable HttpServerResponse response;
    private StreamEncoder encoder;

    /** @param dropped told of each message that will not be sent */
    StreamWriter(StreamKind kind, Consumer<Message> dropped, Counter sentBytes) {
        this.kind = kind;
        this.dropped = dropped;
        this.sentBytes = sentBytes;
        this.encoder = new StreamEncoder(kind);
    }

    boolean isAttached() {
        return response != null;
    }

    /** Queues a message; false when too many wait. */
    boolean offer(Message message) {
        return waiting.offer(message);
    }

    /** From now on this is where messages go; an earlier stream ends. */
    void attach(HttpServerResponse next) {
        HttpServerResponse before = response;
        if (before != null) {
            detach(before);
            before.reset();
        }
        encoder = new StreamEncoder(kind);
        response = next;
        next.closeHandler(_ -> detach(next));
        next.exceptionHandler(_ -> detach(next));
        next.drainHandler(_ -> flush());
    }

    private void detach(HttpServerResponse gone) {
        if (!gone.equals(response)) {
            return;
        }
        response = null;
        drop();
    }

    private void drop() {
        for (Message next = waiting.poll(); next != null; next = waiting.poll()) {
            dropped.accept(next);
        }
    }

    void close() {
        HttpServerResponse open = response;
        if (open != null) {
            detach(open);
            open.reset();
        }
    }

    void showLife() {
        HttpServerResponse open = response;
        if (open != null && !open.writeQueueFull()) {
            encoder.addSignOfLife();
            write(open);
        }
    }

    /** Writes what waits, as far as the other member takes it. */
    void flush() {
        HttpServerResponse open = response;
        if (open == null) {
            // Gone since the message was queued.
            drop();
            return;
        }
        while (!waiting.isEmpty() && !open.writeQueueFull()) {
            for (Message next = waiting.poll(); next != null; next = waiting.poll()) {
                encoder.add(next);
                if (encoder.size() >= WRITE_BYTES) {
                    break;
                }
            }
            write(open);
        }
    }

    private void write(HttpServerResponse open) {
        if (encoder.size() > 0) {
            byte[] frames = encoder.take();
            sentBytes.add(frames.length);
            open.write(Buffer.buffer(frames));
        }
    }
}
