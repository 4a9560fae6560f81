package dev.quorate.api.json;

import com.google.protobuf.MessageLite;
import dev.quorate.log.Log;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.StatusException;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Inlet;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The gateway: one per member. Runs on event loops; handlers may answer on any thread. */
public final class Gateway {
    private static final Log log = Log.of(Gateway.class);

    private static final String PREFIX = "/v3/";

    /** Base64 is a third longer than its bytes, and every byte of a string may be written with six. */
    private static final int JSON_PER_BYTE = 4;

    private final Routes routes;
    private final int maxReceiveSizeBytes;

    /** @param maxReceiveSizeBytes the largest request as a message, see gRPC's limit of the same name */
    public Gateway(List<Rpc> rpcs, int maxReceiveSizeBytes) {
        this.routes = new Routes(rpcs);
        this.maxReceiveSizeBytes = maxReceiveSizeBytes;
    }

    /** Answers whatever lies under {@code /v3/}; false for other paths. */
    public boolean handle(HttpServerRequest request, String path) {
        if (!path.startsWith(PREFIX)) {
            return false;
        }
        @Nullable Rpc rpc = routes.find(path);
        boolean upgrade = "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
        if (rpc == null) {
            refuse(request.response(), new StatusException(Code.NOT_FOUND, "Not Found"));
        } else if (upgrade) {
            webSocket(request, rpc);
        } else if (!HttpMethod.POST.equals(request.method())) {
            refuse(
                    request.response(),
                    new StatusException(Code.UNIMPLEMENTED, "Method Not Allowed"));
        } else {
            post(request, rpc);
        }
        return true;
    }

    private void post(HttpServerRequest request, Rpc rpc) {
        Call call;
        try {
            call = Calls.of(request.headers());
        } catch (StatusException refusal) {
            refuse(request.response(), refusal);
            return;
        }
        switch (rpc) {
            case Rpc.Unary<?> unary -> post(request, call, unary);
            case Rpc.ServerStream<?> stream -> post(request, call, stream);
            case Rpc.BidiStream<?> stream -> post(request, call, stream);
        }
    }

    private <Q extends MessageLite> void post(
            HttpServerRequest request, Call call, Rpc.Unary<Q> rpc) {
        single(request, rpc.request(), message -> unary(request.response(), call, rpc, message));
    }

    private <Q extends MessageLite> void post(
            HttpServerRequest request, Call call, Rpc.ServerStream<Q> rpc) {
        single(request, rpc.request(), message -> serverStream(request, call, rpc, message));
    }

    private <Q extends MessageLite> void post(
            HttpServerRequest request, Call call, Rpc.BidiStream<Q> rpc) {
        var out = stream(new HttpChannel(request.response(), request.version()), call);
        watchDisconnect(request, out);
        var in = new Requests<>(rpc, call, out);
        request.handler(buffer -> in.add(buffer.getBytes()));
        request.endHandler(_ -> in.end());
    }

    // --- one request message

    /** Reads one message from the body; what follows it is ignored, as in grpc-gateway. */
    private <Q extends MessageLite> void single(
            HttpServerRequest request, Q empty, Consumer<Q> action) {
        var body = new JsonStream(maxReceiveSizeBytes * JSON_PER_BYTE);
        var first = new @Nullable String[1];
        request.handler(buffer -> {
            if (first[0] == null && !request.response().ended()) {
                guard(
                        request.response(),
                        () -> {
                            body.add(buffer.getBytes());
                            first[0] = body.next();
                        });
            }
        });
        request.endHandler(_ -> {
            if (!request.response().ended()) {
                guard(
                        request.response(),
                        () -> {
                            String value = first[0] == null ? body.last() : first[0];
                            action.accept(
                                    value == null
                                            ? empty
                                            : checked(ProtoReader.read(empty, value)));
                        });
            }
        });
    }

    private <Q extends MessageLite> Q checked(Q message) throws StatusException {
        int size = message.getSerializedSize();
        if (size > maxReceiveSizeBytes) {
            throw new StatusException(
                    Code.RESOURCE_EXHAUSTED,
                    "grpc: received message larger than max ("
                            + size
                            + " vs. "
                            + maxReceiveSizeBytes
                            + ")");
        }
        return message;
    }

    /** A step that may find the request wanting. */
    @FunctionalInterface
    private interface Step {
        void run() throws JsonException, StatusException;
    }

    private static void guard(HttpServerResponse response, Step step) {
        try {
            step.run();
        } catch (JsonException e) {
            refuse(response, new StatusException(Code.INVALID_ARGUMENT, text(e)));
        } catch (StatusException refusal) {
            refuse(response, refusal);
        } catch (RuntimeException e) {
            log.error("a request handler failed", "error", e);
            refuse(response, new StatusException(Code.INTERNAL, "internal error"));
        }
    }

    private static String text(JsonException e) {
        return Objects.requireNonNullElse(e.getMessage(), "malformed JSON");
    }

    private static <Q extends MessageLite> void unary(
            HttpServerResponse response, Call call, Rpc.Unary<Q> rpc, Q message) {
        Context context = context();
        response.closeHandler(_ -> call.cancellation().cancel());
        long timer = startDeadline(call, () -> expire(response, call));
        rpc.handler()
                .handle(
                        call,
                        message,
                        new Reply() {
                            @Override
                            public void succeed(Payload answer) {
                                context.runOnContext(_ -> done(answer));
                            }

                            private void done(Payload answer) {
                                stopDeadline(context, timer);
                                succeeded(response, answer);
                            }

                            @Override
                            public void fail(StatusException refusal) {
                                context.runOnContext(_ -> failed(refusal));
                            }

                            private void failed(StatusException refusal) {
                                stopDeadline(context, timer);
                                refuse(response, refusal);
                            }
                        });
    }

    private static void succeeded(HttpServerResponse response, Payload answer) {
        if (response.ended() || response.closed()) {
            return;
        }
        var json = new StringBuilder();
        ProtoWriter.write(answer.message(), json);
        response.putHeader("Content-Type", "application/json")
                .putHeader("Grpc-Metadata-Content-Type", "application/grpc")
                .end(Buffer.buffer(json.toString()));
    }

    private static void expire(HttpServerResponse response, Call call) {
        refuse(response, new StatusException(Code.DEADLINE_EXCEEDED, "context deadline exceeded"));
        call.cancellation().cancel();
    }

    private static void refuse(HttpServerResponse response, StatusException refusal) {
        if (response.ended() || response.closed()) {
            return;
        }
        if (refusal.code() == Code.UNAUTHENTICATED) {
            response.putHeader("WWW-Authenticate", refusal.description());
        }
        response.setStatusCode(HttpStatus.of(refusal.code()))
                .putHeader("Content-Type", "application/json")
                .end(Buffer.buffer(HttpStatus.body(refusal)));
    }

    // --- streams

    private static <Q extends MessageLite> void serverStream(
            HttpServerRequest request, Call call, Rpc.ServerStream<Q> rpc, Q message) {
        var out = stream(new HttpChannel(request.response(), request.version()), call);
        watchDisconnect(request, out);
        rpc.handler().handle(call, message, out);
    }

    private static StreamCall stream(Channel channel, Call call) {
        var out = new StreamCall(context(), channel, call);
        startDeadline(call, out::expire);
        return out;
    }

    private static void watchDisconnect(HttpServerRequest request, StreamCall out) {
        request.response().closeHandler(_ -> out.abandon());
        request.response().exceptionHandler(_ -> out.abandon());
    }

    /** The requests of a bidirectional stream, one JSON value each. Used on the event loop. */
    private final class Requests<Q extends MessageLite> {
        private final Q empty;
        private final Inlet<Q> inlet;
        private final StreamCall out;
        private final JsonStream json = new JsonStream(maxReceiveSizeBytes * JSON_PER_BYTE);
        private boolean ended;

        Requests(Rpc.BidiStream<Q> rpc, Call call, StreamCall out) {
            this.empty = rpc.request();
            this.out = out;
            this.inlet = rpc.handler().open(call, out);
            out.onAbandoned(inlet::cancelled);
        }

        void add(byte[] bytes) {
            if (!ended) {
                json.add(bytes);
                step(() -> {
                    for (String value = json.next(); value != null; value = json.next()) {
                        take(value);
                    }
                });
            }
        }

        void end() {
            if (!ended) {
                step(() -> {
                    String value = json.last();
                    if (value != null) {
                        take(value);
                    }
                });
                halfClose();
            }
        }

        private void take(String value) throws JsonException, StatusException {
            Q message = checked(ProtoReader.read(empty, value));
            if (!out.isOver()) {
                inlet.next(message);
            }
        }

        /** What cannot be read ends the requests, not the answers: grpc-gateway half-closes then. */
        private void step(Step step) {
            try {
                step.run();
            } catch (JsonException | StatusException e) {
                log.debug("a stream of requests ended early", "error", e);
                halfClose();
            } catch (RuntimeException e) {
                log.error("a request handler failed", "error", e);
                ended = true;
                out.fail(new StatusException(Code.INTERNAL, "internal error"));
            }
        }

        private void halfClose() {
            if (!ended) {
                ended = true;
                if (!out.isOver()) {
                    inlet.halfClosed();
                }
            }
        }
    }

    // --- WebSocket

    private void webSocket(HttpServerRequest request, Rpc rpc) {
        Call call;
        try {
            call = Calls.of(request.headers());
        } catch (StatusException refusal) {
            refuse(request.response(), refusal);
            return;
        }
        Context context = context();
        request.toWebSocket()
                .onSuccess(socket -> context.runOnContext(_ -> open(socket, rpc, call)));
    }

    private void open(ServerWebSocket socket, Rpc rpc, Call call) {
        var out = stream(new SocketChannel(socket), call);
        socket.closeHandler(_ -> out.abandon());
        switch (rpc) {
            case Rpc.BidiStream<?> stream -> {
                var in = new Requests<>(stream, call, out);
                socket.textMessageHandler(text -> in.add(lineBytes(text)));
            }
            case Rpc.ServerStream<?> stream -> firstFrame(socket, out, stream, call);
            case Rpc.Unary<?> unary -> firstFrame(socket, out, unary, call);
        }
    }

    private static byte[] lineBytes(String text) {
        return (text + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private <Q extends MessageLite> void firstFrame(
            ServerWebSocket socket, StreamCall out, Rpc.ServerStream<Q> rpc, Call call) {
        socket.textMessageHandler(text -> {
            socket.textMessageHandler(null);
            first(out, rpc.request(), text, message -> rpc.handler().handle(call, message, out));
        });
    }

    private <Q extends MessageLite> void firstFrame(
            ServerWebSocket socket, StreamCall out, Rpc.Unary<Q> rpc, Call call) {
        socket.textMessageHandler(text -> {
            socket.textMessageHandler(null);
            first(
                    out,
                    rpc.request(),
                    text,
                    message -> rpc.handler().handle(call, message, onceTo(socket)));
        });
    }

    private <Q extends MessageLite> void first(
            StreamCall out, Q empty, String text, Consumer<Q> action) {
        try {
            var json = new JsonStream(maxReceiveSizeBytes * JSON_PER_BYTE);
            json.add(lineBytes(text));
            @Nullable String value = json.next();
            action.accept(value == null ? empty : checked(ProtoReader.read(empty, value)));
        } catch (JsonException e) {
            out.fail(new StatusException(Code.INVALID_ARGUMENT, text(e)));
        } catch (StatusException refusal) {
            out.fail(refusal);
        }
    }

    /** A unary answer over a WebSocket is one frame. */
    private static Reply onceTo(ServerWebSocket socket) {
        Context context = context();
        return new Reply() {
            @Override
            public void succeed(Payload response) {
                var json = new StringBuilder();
                ProtoWriter.write(response.message(), json);
                last(json.toString());
            }

            @Override
            public void fail(StatusException refusal) {
                last(HttpStatus.body(refusal));
            }

            private void last(String text) {
                context.runOnContext(_ -> {
                    if (!socket.isClosed()) {
                        socket.writeTextMessage(text);
                        socket.close();
                    }
                });
            }
        };
    }

    // --- deadlines

    private static Context context() {
        return Objects.requireNonNull(Vertx.currentContext(), "not on an event loop");
    }

    /** Starts a timer for the call's deadline; negative when it has none. */
    private static long startDeadline(Call call, Runnable action) {
        if (call.deadlineNanos() == Long.MAX_VALUE) {
            return -1;
        }
        long left = call.deadlineNanos() - System.nanoTime();
        return context()
                .owner()
                .setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)), _ -> action.run());
    }

    private static void stopDeadline(Context context, long timer) {
        if (timer >= 0) {
            context.owner().cancelTimer(timer);
        }
    }
}
