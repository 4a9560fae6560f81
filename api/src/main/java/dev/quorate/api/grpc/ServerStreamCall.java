package dev.quorate.api.grpc;

import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.StatusException;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Rpc;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/** A call with one request and many answers. */
final class ServerStreamCall<Q extends MessageLite> extends StreamCall {
    private final Rpc.ServerStream<Q> rpc;
    private byte @Nullable [] request;

    ServerStreamCall(
            GrpcConnection connection,
            Http2Stream stream,
            GrpcMethod method,
            Rpc.ServerStream<Q> rpc,
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
        request = null;
        rpc.handler().handle(call, parsed, this);
        startDeadline();
    }
}
