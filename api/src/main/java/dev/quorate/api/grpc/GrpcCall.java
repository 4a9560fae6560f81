package dev.quorate.api.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.quorate.log.Log;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.StatusException;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream of HTTP/2 that carries one call. Everything here runs on the connection's event loop; what the member's threads call is in the
 * subclasses.
 */
abstract class GrpcCall implements Runnable {
    private static final Log log = Log.of(GrpcCall.class);

    final GrpcConnection connection;
    final Http2Stream stream;
    final GrpcMethod method;
    final Call call;

    private final MessageReader reader;
    private final long startedNanos;
    private @Nullable Future<?> deadline;
    private boolean headersSent;
    private boolean ended;

    GrpcCall(
            GrpcConnection connection,
            Http2Stream stream,
            GrpcMethod method,
            Call call,
            MessageReader.Encoding encoding) {
        this.connection = connection;
        this.stream = stream;
        this.method = method;
        this.call = call;
        this.reader = new MessageReader(connection.limits().maxReceiveSizeBytes(), encoding);
        this.startedNanos = method.start();
    }

    /** The handlers take their own request type; the parser of that very type made the message. */
    @SuppressWarnings("unchecked")
    static <Q extends MessageLite> Q parse(Q empty, byte[] message) throws StatusException {
        try {
            return (Q) empty.getParserForType().parseFrom(message);
        } catch (InvalidProtocolBufferException e) {
            throw new StatusException(
                    Code.INTERNAL, "grpc: error unmarshalling request: " + unreadable(e));
        }
    }

    /** In Go's words, which know of two faults. */
    private static String unreadable(InvalidProtocolBufferException e) {
        return String.valueOf(e.getMessage()).contains("UTF-8")
                ? "string field contains invalid UTF-8"
                : "proto: cannot parse invalid wire-format data";
    }

    /** The call begins; its messages follow. */
    void onStart() throws StatusException {}

    /** One complete message arrived. */
    abstract void onMessage(byte[] message) throws StatusException;

    /** The client sends no more. */
    abstract void onHalfClose() throws StatusException;

    /** The client is gone or out of patience: release what the call holds. Called at most once. */
    abstract void onAbandoned();

    final void start() {
        try {
            onStart();
        } catch (StatusException refusal) {
            abandon(refusal);
        } catch (RuntimeException e) {
            broken(e);
        }
    }

    final void read(ByteBuf data) {
        try {
            while (!ended && data.isReadable()) {
                int heldBefore = reader.heldBytes();
                byte @Nullable [] message = reader.next(data);
                connection.held(reader.heldBytes() - heldBefore);
                if (message != null) {
                    method.received.increment();
                    connection.countReceived(message.length);
                    onMessage(message);
                }
            }
        } catch (StatusException refusal) {
            abandon(refusal);
        } catch (RuntimeException e) {
            broken(e);
        }
    }

    final void halfClose() {
        if (ended) {
            return;
        }
        try {
            if (!reader.isBetweenMessages()) {
                throw new StatusException(Code.INTERNAL, "unexpected EOF");
            }
            onHalfClose();
        } catch (StatusException refusal) {
            abandon(refusal);
        } catch (RuntimeException e) {
            broken(e);
        }
    }

    private void broken(RuntimeException e) {
        log.error("a request handler failed", "method", method.rpc.method(), "error", e);
        abandon(new StatusException(Code.INTERNAL, "internal error"));
    }

    /** Watches the call's deadline, unless it is over already. */
    final void startDeadline() {
        if (ended || call.deadlineNanos() == Long.MAX_VALUE) {
            return;
        }
        long left = Math.max(0, call.deadlineNanos() - System.nanoTime());
        deadline = connection.executor().schedule(this::expire, left, TimeUnit.NANOSECONDS);
    }

    private void expire() {
        abandon(new StatusException(Code.DEADLINE_EXCEEDED, "context deadline exceeded"));
    }

    /** Ends the call with a refusal that its handler did not ask for. */
    final void abandon(StatusException refusal) {
        if (!ended) {
            writeStatus(refusal.code(), refusal.description());
            connection.stopReading(stream);
            onAbandoned();
            call.cancellation().cancel();
        }
    }

    /** The stream is gone, be it after the end of the call or before. */
    final void closed() {
        connection.released(reader.heldBytes());
        if (!ended) {
            end(Code.CANCELLED);
            onAbandoned();
            call.cancellation().cancel();
        }
    }

    final boolean isEnded() {
        return ended;
    }

    /**
     * Writes messages, after the headers if they were not sent yet.
     *
     * @param sizeBytes of the messages together
     */
    final Future<Void> writeMessages(List<Payload> messages, int sizeBytes) {
        if (!headersSent) {
            headersSent = true;
            connection.writeHeaders(stream, GrpcHeaders.response(), false);
        }
        method.sent.add(messages.size());
        return connection.writeMessages(stream, messages, sizeBytes);
    }

    final void writeOk() {
        connection.writeHeaders(
                stream,
                headersSent ? GrpcHeaders.okTrailers() : GrpcHeaders.okWithoutMessage(),
                true);
        end(Code.OK);
    }

    final void writeStatus(Code code, String text) {
        connection.writeHeaders(stream, GrpcHeaders.status(code, text, !headersSent), true);
        end(code);
    }

    private void end(Code code) {
        ended = true;
        method.handled(code, startedNanos);
        if (deadline != null) {
            deadline.cancel(false);
        }
    }
}
