package dev.quorate.server.rpc;

import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Inlet;
import dev.quorate.server.service.Rpc;
import java.util.function.BooleanSupplier;

/**
 * Refuses at once what is asked with the wish for a leader (metadata {@code hasleader}) when the member knows none: any method, as etcd's
 * interceptors do. Streams that are open when the leader is lost end elsewhere, each by its owner.
 */
final class LeaderWish {
    private final BooleanSupplier hasLeader;

    LeaderWish(BooleanSupplier hasLeader) {
        this.hasLeader = hasLeader;
    }

    /** The same method behind the check. */
    Rpc checked(Rpc rpc) {
        return switch (rpc) {
            case Rpc.Unary<?> unary -> checked(unary);
            case Rpc.ServerStream<?> stream -> checked(stream);
            case Rpc.BidiStream<?> stream -> checked(stream);
        };
    }

    private boolean isVain(Call call) {
        return call.requireLeader() && !hasLeader.getAsBoolean();
    }

    private <Q extends MessageLite> Rpc checked(Rpc.Unary<Q> rpc) {
        Rpc.UnaryHandler<Q> handler = rpc.handler();
        return rpc.handledBy((call, request, reply) -> {
            if (isVain(call)) {
                reply.fail(EtcdError.NO_LEADER.exception());
            } else {
                handler.handle(call, request, reply);
            }
        });
    }

    private <Q extends MessageLite> Rpc checked(Rpc.ServerStream<Q> rpc) {
        Rpc.ServerStreamHandler<Q> handler = rpc.handler();
        return rpc.handledBy((call, request, outlet) -> {
            if (isVain(call)) {
                outlet.fail(EtcdError.NO_LEADER.exception());
            } else {
                handler.handle(call, request, outlet);
            }
        });
    }

    private <Q extends MessageLite> Rpc checked(Rpc.BidiStream<Q> rpc) {
        Rpc.BidiStreamHandler<Q> handler = rpc.handler();
        return rpc.handledBy((call, outlet) -> {
            if (isVain(call)) {
                outlet.fail(EtcdError.NO_LEADER.exception());
                return new Unheard<>();
            }
            return handler.open(call, outlet);
        });
    }

    /** What a refused stream still says. */
    private static final class Unheard<Q extends MessageLite> implements Inlet<Q> {
        @Override
        public void next(Q request) {}

        @Override
        public void halfClosed() {}

        @Override
        public void cancelled() {}
    }
}
