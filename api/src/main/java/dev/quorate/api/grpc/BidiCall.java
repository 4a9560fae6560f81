package dev.quorate.api.grpc;

import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.StatusException;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Inlet;
import dev.quorate.server.service.Rpc;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/** A call with many requests and many answers, in any order. It stays open after the client's half-close. */
final class BidiCall<Q extends MessageLite> extends StreamCall {
    private final Rpc.BidiStream<Q> rpc;
    private @Nullable Inlet<Q> inlet;

    BidiCall(
            GrpcConnection connection,
            Http2Stream stream,
            GrpcMethod method,
            Rpc.BidiStream<Q> rpc,
            Call call,
            MessageReader.Encoding encoding) {
        super(connection, stream, method, call, encoding);
        this.rpc = rpc;
    }

    @Override
    void onStart() {
        inlet = rpc.handler().open(call, this);
        startDeadline();
    }

    @Override
    void onMessage(byte[] message) throws StatusException {
        Q parsed = parse(rpc.request(), message);
        if (inlet != null) {
            inlet.next(parsed);
        }
    }

    @Override
    void onHalfClose() {
        if (inlet != null) {
            inlet.halfClosed();
        }
    }

    @Override
    void onAbandoned() {
        super.onAbandoned();
        if (inlet != null) {
            inlet.cancelled();
        }
    }
}
