package dev.quorate.api.grpc;

import dev.quorate.metrics.Counter;
import dev.quorate.metrics.Histogram;
import dev.quorate.proto.error.Code;
import dev.quorate.server.service.Rpc;
import org.jspecify.annotations.Nullable;

/** One method and its counters, made before the first call so that every family starts with zeros, as etcd's do. */
final class GrpcMethod {
    final Rpc rpc;
    private final Counter started;
    private final @Nullable Histogram handling;
    final Counter received;
    final Counter sent;
    private final Counter[] handled;

    GrpcMethod(Rpc rpc, GrpcMetrics metrics) {
        this.rpc = rpc;
        String type = type(rpc);
        String[] labels = {type, rpc.service(), rpc.method()};
        this.started = metrics.started.with(labels);
        this.handling = metrics.handling == null ? null : metrics.handling.with(labels);
        this.received = metrics.received.with(labels);
        this.sent = metrics.sent.with(labels);
        var codes = Code.values();
        this.handled = new Counter[codes.length];
        for (Code code : codes) {
            handled[code.number()] =
                    metrics.handled.with(type, rpc.service(), rpc.method(), code.goName());
        }
    }

    static String type(Rpc rpc) {
        return switch (rpc) {
            case Rpc.Unary<?> _ -> "unary";
            case Rpc.ServerStream<?> _ -> "server_stream";
            case Rpc.BidiStream<?> _ -> "bidi_stream";
        };
    }

    /** A call begins; the answer is for {@link #handled}. */
    long start() {
        started.increment();
        return handling == null ? 0 : System.nanoTime();
    }

    /** A call that began at {@code startedNanos} ended. */
    void handled(Code code, long startedNanos) {
        handled[code.number()].increment();
        if (handling != null) {
            handling.observeNanos(System.nanoTime() - startedNanos);
        }
    }
}
