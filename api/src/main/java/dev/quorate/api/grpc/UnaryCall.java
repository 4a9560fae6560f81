package dev.quorate.api.grpc;

import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.StatusException;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call with one request and one answer. The answer may come on any thread; it is written on the event loop. */
final class UnaryCall<Q extends MessageLite> extends GrpcCall implements Reply {
    private final Rpc.Unary<Q> rpc;
    private byte @Nullable [] request;

    /** One of the two is set, once, before this call queues itself; the queue publishes it. */
    private @Nullable Payload response;

    private @Nullable StatusException refusal;

    UnaryCall(
            GrpcConnection connection,
            Http2Stream stream,
            GrpcMethod method,
            Rpc.Unary<Q> rpc,
            Call call,
            MessageReader.Encoding encoding) {
        super(connection, stream, method, call, encoding);
        this.rpc = rpc;
    }

    @Override
    void onMessage(byte[] message) throws StatusException {
        if (request != null) {
            throw new StatusException(
                    Code.INTERNAL, "cardinality violation: received more than one request message");
        }
        request = message;
    }

    @Override
    void onHalfClose() throws StatusException {
        if (request == null) {
            throw new StatusException(
                    Code.INTERNAL, "cardinality violation: received no request message");
        }
        Q parsed = parse(rpc.request(), request);
        rpc.handler().handle(call, parsed, this);
        startDeadline();
    }

    @Override
    void onAbandoned() {}

    @Override
    public void succeed(Payload answer) {
        this.response = answer;
        deliver();
    }

    @Override
    public void fail(StatusException status) {
        this.refusal = status;
        deliver();
    }

    private void deliver() {
        if (connection.queue().inLoop()) {
            run();
        } else {
            connection.queue().execute(this);
        }
    }

    @Override
    public void run() {
        if (isEnded()) {
            return;
        }
        if (response != null) {
            writeMessages(List.of(response), response.sizeBytes());
            writeOk();
        } else if (refusal != null) {
            writeStatus(refusal.code(), refusal.description());
        }
    }
}
