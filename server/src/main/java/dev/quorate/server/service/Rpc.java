package dev.quorate.server.service;

import com.google.protobuf.MessageLite;

/**
 * One method of the member, as a transport needs it: its gRPC names, how to parse its request, and its handler. The set of shapes is
 * closed, and so is the table of methods ({@link Services#all()}).
 */
public sealed interface Rpc {
    /** The full service name, for example {@code etcdserverpb.KV}. */
    String service();

    /** The method name, for example {@code Range}. */
    String method();

    /** An empty request; its parser reads requests. */
    MessageLite request();

    /** An empty response, for transports that describe methods by type. */
    MessageLite response();

    /** One request, one response. */
    record Unary<Q extends MessageLite>(
            String service, String method, Q request, MessageLite response, UnaryHandler<Q> handler)
            implements Rpc {
        /** The same method, handled by another. */
        public Unary<Q> handledBy(UnaryHandler<Q> other) {
            return new Unary<>(service, method, request, response, other);
        }
    }

    /** One request, many responses. */
    record ServerStream<Q extends MessageLite>(
            String service,
            String method,
            Q request,
            MessageLite response,
            ServerStreamHandler<Q> handler)
            implements Rpc {
        /** The same method, handled by another. */
        public ServerStream<Q> handledBy(ServerStreamHandler<Q> other) {
            return new ServerStream<>(service, method, request, response, other);
        }
    }

    /** Many requests, many responses. */
    record BidiStream<Q extends MessageLite>(
            String service,
            String method,
            Q request,
            MessageLite response,
            BidiStreamHandler<Q> handler)
            implements Rpc {
        /** The same method, handled by another. */
        public BidiStream<Q> handledBy(BidiStreamHandler<Q> other) {
            return new BidiStream<>(service, method, request, response, other);
        }
    }

    /** Handles a unary call without blocking; may answer later and on another thread. */
    @FunctionalInterface
    interface UnaryHandler<Q extends MessageLite> {
        void handle(Call call, Q request, Reply reply);
    }

    /** Handles a server stream without blocking. */
    @FunctionalInterface
    interface ServerStreamHandler<Q extends MessageLite> {
        void handle(Call call, Q request, Outlet outlet);
    }

    /** Opens a bidirectional stream without blocking. */
    @FunctionalInterface
    interface BidiStreamHandler<Q extends MessageLite> {
        Inlet<Q> open(Call call, Outlet outlet);
    }
}
