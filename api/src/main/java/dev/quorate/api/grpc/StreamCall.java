package dev.quorate.api.grpc;

import dev.quorate.proto.error.StatusException;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
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

    /** Messages that wait together are written together up to this size, that of one frame, so that small ones share the cost of a write. */
    static final int BATCH_BYTES_MAX = 16 * 1024;

    /** Stands in the queue for the end with status OK. */
    private enum End {
        OK
    }

    private final Queue<Object> outbound = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicReference<@Nullable Runnable> onWritable = new AtomicReference<>();
    private volatile boolean over;

    // The event loop's: messages that leave with the next write, and their size with their
    // prefixes.
    private final ArrayList<Payload> batch = new ArrayList<>();
    private int batchBytes;

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
        writeBatch();
        if (isEnded()) {
            over = true;
            runOnWritable();
        }
    }

    private void write(Object item) {
        switch (item) {
            case Payload message -> gather(message);
            case StatusException refusal -> {
                writeBatch();
                writeStatus(refusal.code(), refusal.description());
            }
            default -> {
                writeBatch();
                writeOk();
            }
        }
    }

    private void gather(Payload message) {
        int size = GrpcConnection.MESSAGE_PREFIX_SIZE_BYTES + message.sizeBytes();
        if (batchBytes + size > BATCH_BYTES_MAX) {
            writeBatch();
        }
        batch.add(message);
        batchBytes += size;
    }

    private void writeBatch() {
        if (batch.isEmpty()) {
            return;
        }
        int size = batchBytes - batch.size() * GrpcConnection.MESSAGE_PREFIX_SIZE_BYTES;
        Future<Void> sent = writeMessages(batch, size);
        batch.clear();
        batchBytes = 0;
        // Last: a listener that runs at once may make the producer send again.
        sent.addListener(_ -> written(size));
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
