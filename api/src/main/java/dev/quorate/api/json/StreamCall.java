package dev.quorate.api.json;

import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.StatusException;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import io.vertx.core.Context;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one stream on their way to a {@link Channel}. What waits for the event loop or the socket counts as queued, so that a
 * slow reader stops the producer.
 */
final class StreamCall implements Outlet {
    /** More than this many queued bytes (of the message, not of its JSON) make the stream not writable. */
    private static final long HIGH_WATER_BYTES = 256 * 1024;

    private static final long LOW_WATER_BYTES = 64 * 1024;

    /** Stands in the queue for the end with status OK. */
    private enum End {
        OK
    }

    private final Context context;
    private final Channel channel;
    private final Call call;

    private final Queue<Object> outbound = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicReference<@Nullable Runnable> onWritable = new AtomicReference<>();
    private volatile boolean over;

    // Runs once, on the event loop, when the client is gone before the end.
    private @Nullable Runnable onAbandoned;

    StreamCall(Context context, Channel channel, Call call) {
        this.context = context;
        this.channel = channel;
        this.call = call;
    }

    void onAbandoned(Runnable action) {
        onAbandoned = action;
    }

    boolean isOver() {
        return over;
    }

    /** The client is gone. Called on the event loop. */
    void abandon() {
        if (over) {
            return;
        }
        over = true;
        outbound.clear();
        if (onAbandoned != null) {
            onAbandoned.run();
        }
        call.cancellation().cancel();
    }

    /** The client's patience is over. Called on the event loop. */
    void expire() {
        if (!over) {
            if (!channel.isClosed()) {
                channel.end(
                        new StatusException(Code.DEADLINE_EXCEEDED, "context deadline exceeded"));
            }
            abandon();
        }
    }

    @Override
    public void send(Payload message) {
        if (!over) {
            queuedBytes.addAndGet(message.sizeBytes());
            offer(message);
        }
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
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            context.runOnContext(_ -> drain());
        }
    }

    private void drain() {
        scheduled.set(false);
        for (Object item = outbound.poll(); item != null && !over; item = outbound.poll()) {
            if (channel.isClosed()) {
                abandon();
            } else {
                write(item);
            }
        }
        if (over) {
            runOnWritable();
        }
    }

    private void write(Object item) {
        switch (item) {
            case Payload message -> {
                int size = message.sizeBytes();
                var line = new StringBuilder("{\"result\":");
                ProtoWriter.write(message.message(), line);
                channel.line(line.append('}').toString()).onComplete(_ -> written(size));
            }
            case StatusException refusal -> {
                over = true;
                channel.end(refusal);
            }
            default -> {
                over = true;
                channel.end();
            }
        }
    }

    private void written(int sizeBytes) {
        if (queuedBytes.addAndGet(-sizeBytes) < LOW_WATER_BYTES) {
            runOnWritable();
        }
    }

    private void runOnWritable() {
        var action = onWritable.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }
}
