package dev.quorate.api.grpc;

import dev.quorate.proto.error.StatusException;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A call that answers with many messages. Messages wait in a queue until the event loop writes them, and count as queued until the
 * socket has taken them, so that the client's flow control reaches the producer.
 */
abstract class StreamCall extends GrpcCall implements Outlet {
    /** More than this many queued bytes make the stream not writable. The one message that crosses the mark is still taken. */
    static final long HIGH_WATER_BYTES = 512 * 1024;

    /** Fewer than this make it writable again. */
    static final long LOW_WATER_BYTES = 128 * 1024;

    /** Stands in the queue for the end with status OK. */
    private enum End {
        OK
    }

    private final Queue<Object> outbound = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicReference<@Nullable Runnable> onWritable = new AtomicReference<>();
    private volatile boolean over;

    StreamCall(
            GrpcConnection connection,
            Http2Stream stream,
            GrpcMethod method,
            Call call,
            MessageReader.Encoding encoding) {
        super(connection, stream, method, call, encoding);
    }

    @Override
    public void send(Payload message) {
        if (over) {
            return;
        }
        queuedBytes.addAndGet(message.sizeBytes());
        offer(message);
    }

    @Override
    public boolean isWritable() {
        return over || queuedBytes.get() <= HIGH_WATER_BYTES;
    }

    @Override
    public void onWritable(Runnable action) {
        onWritable.set(action);
        if (isWritable()) {
            runOnWritable();
        }
    }

    @Override
    public void finish() {
        offer(End.OK);
    }

    @Override
    public void fail(StatusException refusal) {
        offer(refusal);
    }

    private void offer(Object item) {
        outbound.add(item);
        if (connection.queue().inLoop()) {
            run();
        } else if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            connection.queue().execute(this);
        }
    }

    /** Writes what is queued. */
    @Override
    public void run() {
        scheduled.set(false);
        for (Object item = outbound.poll(); item != null; item = outbound.poll()) {
            if (isEnded()) {
                release(item);
            } else {
                write(item);
            }
        }
        if (isEnded()) {
            over = true;
            runOnWritable();
        }
    }

    private void write(Object item) {
        switch (item) {
            case Payload message -> {
                int size = message.sizeBytes();
                writeMessage(message).addListener(_ -> written(size));
            }
            case StatusException refusal -> writeStatus(refusal.code(), refusal.description());
            default -> writeOk();
        }
    }

    private void release(Object item) {
        if (item instanceof Payload message) {
            queuedBytes.addAndGet(-message.sizeBytes());
        }
    }

    private void written(int sizeBytes) {
        long left = queuedBytes.addAndGet(-sizeBytes);
        if (left < LOW_WATER_BYTES) {
            runOnWritable();
        }
    }

    private void runOnWritable() {
        var action = onWritable.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }

    @Override
    void onAbandoned() {
        over = true;
        outbound.clear();
        onWritable.set(null);
    }
}
