package dev.quorate.server.rpc;

import com.google.protobuf.MessageLite;
import dev.quorate.server.node.Node;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Rpc;
import dev.quorate.store.auth.Auth;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Lets calls wait whose token this member cannot know yet: a token is made by a log entry, and a client may show it to a member that has
 * not applied that entry. Unary calls and server streams wait; a bidirectional stream is told that its token is invalid, and clients log
 * in again. A caller that shows a token of a far future waits as long as for any request and is then refused by the gate.
 */
final class TokenPatience {
    private static final long LOOK_NANOS = 1_000_000L;

    private final Auth auth;
    private final Node node;
    private final Executor guests;
    private final LongSupplier nanoClock;
    private final long limitNanos;

    TokenPatience(Auth auth, Node node, Executor guests, LongSupplier nanoClock, long limitNanos) {
        this.auth = auth;
        this.node = node;
        this.guests = guests;
        this.nanoClock = nanoClock;
        this.limitNanos = limitNanos;
    }

    /** The same method, called when its token can be known. */
    Rpc patient(Rpc rpc) {
        return switch (rpc) {
            case Rpc.Unary<?> unary -> patient(unary);
            case Rpc.ServerStream<?> stream -> patient(stream);
            case Rpc.BidiStream<?> stream -> stream;
        };
    }

    private <Q extends MessageLite> Rpc patient(Rpc.Unary<Q> rpc) {
        Rpc.UnaryHandler<Q> handler = rpc.handler();
        return rpc.handledBy((call, request, reply) -> {
            if (isKnowable(call)) {
                handler.handle(call, request, reply);
            } else {
                later(call, () -> handler.handle(call, request, reply));
            }
        });
    }

    private <Q extends MessageLite> Rpc patient(Rpc.ServerStream<Q> rpc) {
        Rpc.ServerStreamHandler<Q> handler = rpc.handler();
        return rpc.handledBy((call, request, outlet) -> {
            if (isKnowable(call)) {
                handler.handle(call, request, outlet);
            } else {
                later(call, () -> handler.handle(call, request, outlet));
            }
        });
    }

    private boolean isKnowable(Call call) {
        String token = call.token();
        return token == null
                || !auth.isEnabled()
                || auth.tokens().knownFrom(token) <= node.appliedIndex();
    }

    private void later(Call call, Runnable then) {
        long deadline = Math.min(call.deadlineNanos(), nanoClock.getAsLong() + limitNanos);
        guests.execute(() -> {
            while (!isKnowable(call)
                    && !call.cancellation().isCancelled()
                    && nanoClock.getAsLong() - deadline < 0) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            then.run();
        });
    }
}
