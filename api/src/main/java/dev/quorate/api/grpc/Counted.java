package dev.quorate.api.grpc;

import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.StatusException;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Cancellation;
import dev.quorate.server.service.Inlet;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Methods that count their calls as gRPC's transport does, for callers that come another way. In etcd the JSON gateway is a client of the
 * gRPC port, so its calls appear in the same families. Thread-safe.
 */
final class Counted {
    private final GrpcMetrics metrics;

    private Counted(GrpcMetrics metrics) {
        this.metrics = metrics;
    }

    static List<Rpc> all(List<Rpc> rpcs, GrpcMetrics metrics) {
        Counted counted = new Counted(metrics);
        return rpcs.stream().map(counted::counted).toList();
    }

    private Rpc counted(Rpc rpc) {
        GrpcMethod method = new GrpcMethod(rpc, metrics);
        return switch (rpc) {
            case Rpc.Unary<?> unary -> unary(unary, method);
            case Rpc.ServerStream<?> stream -> stream(stream, method);
            case Rpc.BidiStream<?> stream -> stream(stream, method);
        };
    }

    private <Q extends MessageLite> Rpc unary(Rpc.Unary<Q> rpc, GrpcMethod method) {
        return rpc.handledBy((call, request, reply) -> {
            End end = begin(method, "unary", call);
            received(method, request);
            rpc.handler().handle(end.call, request, counting(method, end, reply));
        });
    }

    private <Q extends MessageLite> Rpc stream(Rpc.ServerStream<Q> rpc, GrpcMethod method) {
        return rpc.handledBy((call, request, outlet) -> {
            End end = begin(method, "stream", call);
            received(method, request);
            rpc.handler().handle(end.call, request, new CountingOutlet(method, end, outlet));
        });
    }

    private <Q extends MessageLite> Rpc stream(Rpc.BidiStream<Q> rpc, GrpcMethod method) {
        return rpc.handledBy((call, outlet) -> {
            End end = begin(method, "stream", call);
            Inlet<Q> inlet = rpc.handler().open(end.call, new CountingOutlet(method, end, outlet));
            return counting(method, inlet);
        });
    }

    private End begin(GrpcMethod method, String type, Call call) {
        metrics.requests.with(type, call.clientApiVersion()).increment();
        return new End(method, call);
    }

    private void received(GrpcMethod method, MessageLite request) {
        method.received.increment();
        metrics.receivedBytes.add(request.getSerializedSize());
    }

    private void sent(GrpcMethod method, Payload response) {
        method.sent.increment();
        metrics.sentBytes.add(response.sizeBytes());
    }

    private Reply counting(GrpcMethod method, End end, Reply reply) {
        return new Reply() {
            @Override
            public void succeed(Payload response) {
                sent(method, response);
                end.with(Code.OK);
                reply.succeed(response);
            }

            @Override
            public void fail(StatusException refusal) {
                end.with(refusal.code());
                reply.fail(refusal);
            }
        };
    }

    private <Q extends MessageLite> Inlet<Q> counting(GrpcMethod method, Inlet<Q> inlet) {
        return new Inlet<>() {
            @Override
            public void next(Q request) {
                received(method, request);
                inlet.next(request);
            }

            @Override
            public void halfClosed() {
                inlet.halfClosed();
            }

            @Override
            public void cancelled() {
                inlet.cancelled();
            }
        };
    }

    /** Counts the end of a call once, whoever ends it. */
    private static final class End {
        /** What the handler sees; cancelled after the original, which has room for one listener only. */
        final Call call;

        private final GrpcMethod method;
        private final long startedNanos;
        private final AtomicBoolean counted = new AtomicBoolean();

        End(GrpcMethod method, Call original) {
            this.method = method;
            this.startedNanos = method.start();
            this.call = original.with(new Cancellation());
            original.cancellation().onCancel(this::cancel);
        }

        private void cancel() {
            with(Code.CANCELLED);
            call.cancellation().cancel();
        }

        void with(Code code) {
            if (counted.compareAndSet(false, true)) {
                method.handled(code, startedNanos);
            }
        }
    }

    private final class CountingOutlet implements Outlet {
        private final GrpcMethod method;
        private final End end;
        private final Outlet outlet;

        CountingOutlet(GrpcMethod method, End end, Outlet outlet) {
            this.method = method;
            this.end = end;
            this.outlet = outlet;
        }

        @Override
        public void send(Payload message) {
            sent(method, message);
            outlet.send(message);
        }

        @Override
        public boolean isWritable() {
            return outlet.isWritable();
        }

        @Override
        public void onWritable(Runnable action) {
            outlet.onWritable(action);
        }

        @Override
        public void finish() {
            end.with(Code.OK);
            outlet.finish();
        }

        @Override
        public void fail(StatusException refusal) {
            end.with(refusal.code());
            outlet.fail(refusal);
        }
    }
}
