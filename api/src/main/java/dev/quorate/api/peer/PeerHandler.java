package dev.quorate.api.peer;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.log.Log;
import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.message.Message;
import dev.quorate.server.peer.MessageCodec;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import dev.quorate.server.peer.PeerSide;
import dev.quorate.server.peer.StreamKind;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers the requests of other members, in the order of checks and with the words of etcd. On the transport's loop. */
final class PeerHandler implements Handler<HttpServerRequest> {
    private static final Log log = Log.of(PeerHandler.class);

    private static final String STREAM = "/raft/stream/";
    private static final int NO_CONTENT = 204;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int GONE = 410;
    private static final int PRECONDITION = 412;
    private static final int TOO_LARGE = 413;
    private static final int INTERNAL_ERROR = 500;
    private static final int UNAVAILABLE = 503;

    private static final int MESSAGE_BYTES_MAX = 64 << 20;
    private static final int QUESTION_BYTES_MAX = 64 << 10;
    private static final String REMOVED =
            "{\"message\":\"cannot process message from removed member\"}";
    private static final String MISMATCH =
            "{\"message\":\"cannot process message to mismatch member\"}";

    private final PeerTransport transport;
    private final InstantSource wallClock;

    PeerHandler(PeerTransport transport, InstantSource wallClock) {
        this.transport = transport;
        this.wallClock = wallClock;
    }

    @Override
    public void handle(HttpServerRequest request) {
        PeerSide self = transport.selfIfStarted();
        String path = request.path() == null ? "/" : request.path();
        if (self == null) {
            text(request, UNAVAILABLE, "the member is starting");
        } else if (path.startsWith(STREAM)) {
            stream(self, request, path.substring(STREAM.length()));
        } else {
            switch (path) {
                case "/raft" -> message(self, request);
                case "/raft/snapshot" -> snapshot(self, request);
                case "/raft/probing" -> probe(request);
                default -> question(self, request, path);
            }
        }
    }

    // ---- streams

    private void stream(PeerSide self, HttpServerRequest request, String rest) {
        if (isRefused(request, HttpMethod.GET)) {
            return;
        }
        request.response().putHeader(PeerHeaders.VERSION, transport.headers().version());
        if (isIncompatible(request)) {
            return;
        }
        int slash = rest.indexOf('/');
        StreamKind kind = kind(slash < 0 ? rest : rest.substring(0, slash));
        if (kind == null || slash < 0) {
            text(request, NOT_FOUND, "invalid path");
            return;
        }
        Long from = PeerHeaders.id(rest.substring(slash + 1));
        if (from == null) {
            text(request, NOT_FOUND, "invalid from");
            return;
        }
        stream(self, request, kind, from);
    }

    private void stream(PeerSide self, HttpServerRequest request, StreamKind kind, long from) {
        if (self.acquaintance(from) == PeerSide.Acquaintance.REMOVED) {
            log.warn(
                    "rejected stream from remote peer because it was removed",
                    "local-member-id",
                    Long.toHexString(self.memberId()),
                    "remote-peer-id-from",
                    Long.toHexString(from));
            text(request, GONE, "removed member");
            return;
        }
        PeerLink link = transport.link(from);
        if (link == null || link.isStranger()) {
            transport.remember(from, PeerHeaders.urls(request));
            text(request, NOT_FOUND, "error sender not found");
            return;
        }
        if (!transport.headers().isForThis(request)) {
            text(request, PRECONDITION, "to field mismatch");
            return;
        }
        HttpServerResponse response = request.response();
        response.setChunked(true);
        response.writeHead();
        link.attach(kind, response);
    }

    private static @Nullable StreamKind kind(String path) {
        for (StreamKind kind : StreamKind.values()) {
            if (kind.path().equals(path)) {
                return kind;
            }
        }
        return null;
    }

    // ---- single messages

    private void message(PeerSide self, HttpServerRequest request) {
        if (isRefused(request, HttpMethod.POST) || isIncompatible(request)) {
            return;
        }
        remember(request);
        body(
                request,
                MESSAGE_BYTES_MAX,
                bytes -> take(self, request, bytes),
                () -> text(request, BAD_REQUEST, "error reading raft message"));
    }

    private void take(PeerSide self, HttpServerRequest request, byte[] bytes) {
        Message message;
        try {
            message = MessageCodec.decode(bytes, 0, bytes.length);
        } catch (InvalidProtocolBufferException e) {
            log.warn("failed to unmarshal Raft message", "error", e);
            text(request, BAD_REQUEST, "error unmarshalling raft message");
            return;
        }
        if (message == null) {
            // The sign of life of a stream, or what members only tell themselves.
            typed(request, FORBIDDEN, PeerResponse.JSON, MISMATCH);
            return;
        }
        if (!isWelcome(self, request, message)) {
            return;
        }
        if (message instanceof InstallSnapshot) {
            // Without its database it cannot be used; etcd sends none this way.
            text(request, INTERNAL_ERROR, "error processing raft message");
            return;
        }
        transport
                .metrics()
                .peerReceivedBytes
                .with(Long.toHexString(message.from()))
                .add(bytes.length);
        self.receive(List.of(message));
        done(request);
    }

    /** Whether sender and receiver are right; if not, the request is answered. */
    private static boolean isWelcome(PeerSide self, HttpServerRequest request, Message message) {
        if (self.acquaintance(message.from()) == PeerSide.Acquaintance.REMOVED) {
            typed(request, FORBIDDEN, PeerResponse.JSON, REMOVED);
            return false;
        }
        if (message.to() != self.memberId()) {
            typed(request, FORBIDDEN, PeerResponse.JSON, MISMATCH);
            return false;
        }
        return true;
    }

    // ---- snapshots

    private void snapshot(PeerSide self, HttpServerRequest request) {
        if (isRefused(request, HttpMethod.POST) || isIncompatible(request)) {
            return;
        }
        remember(request);
        ContextInternal context = transport.context();
        var body = new RequestBody(request, context);
        transport
                .guests()
                .execute(() -> {
                    PeerResponse answer = receive(self, request, body);
                    context.runOnContext(_ -> answer(request, answer));
                });
    }

    /** On a guest. */
    private PeerResponse receive(PeerSide self, HttpServerRequest request, RequestBody body) {
        String from = Long.toHexString(PeerHeaders.from(request));
        var metrics = transport.metrics();
        long start = System.nanoTime();
        metrics.snapshotReceiveInflights.with(from).increment();
        try {
            InstallSnapshot install = head(body);
            if (self.acquaintance(install.from()) == PeerSide.Acquaintance.REMOVED) {
                return forbidden(REMOVED);
            }
            if (install.to() != self.memberId()) {
                return forbidden(MISMATCH);
            }
            log.info(
                    "receiving database snapshot",
                    "local-member-id",
                    Long.toHexString(self.memberId()),
                    "remote-snapshot-sender-id",
                    from,
                    "incoming-snapshot-index",
                    install.snapshot().index());
            try {
                self.receiveSnapshot(install, body);
            } catch (IOException e) {
                throw new BadSnapshotException(
                        INTERNAL_ERROR, "failed to save KV snapshot (" + e.getMessage() + ")", e);
            }
            metrics.snapshotReceiveSuccess.with(from).increment();
            metrics.snapshotReceiveTotalDurationSeconds
                    .with(from)
                    .observeNanos(System.nanoTime() - start);
            log.info(
                    "received and saved database snapshot",
                    "local-member-id",
                    Long.toHexString(self.memberId()),
                    "remote-snapshot-sender-id",
                    from,
                    "incoming-snapshot-index",
                    install.snapshot().index(),
                    "download-took",
                    Duration.ofNanos(System.nanoTime() - start));
            return new PeerResponse(NO_CONTENT, "", new byte[0]);
        } catch (BadSnapshotException e) {
            metrics.snapshotReceiveFailures.with(from).increment();
            log.warn(
                    "failed to receive a database snapshot",
                    "remote-snapshot-sender-id",
                    from,
                    "error",
                    e);
            return PeerResponse.error(e.status, String.valueOf(e.getMessage()));
        } finally {
            metrics.snapshotReceiveInflights.with(from).decrement();
        }
    }

    private static InstallSnapshot head(RequestBody body) throws BadSnapshotException {
        try {
            var in = new DataInputStream(body);
            long length = in.readLong();
            if (length < 0 || length > MESSAGE_BYTES_MAX) {
                throw new IOException("rafthttp: error limit exceeded");
            }
            byte[] bytes = in.readNBytes((int) length);
            if (bytes.length < length) {
                throw new IOException("unexpected EOF");
            }
            if (MessageCodec.decode(bytes, 0, bytes.length) instanceof InstallSnapshot install) {
                return install;
            }
        } catch (IOException e) {
            throw new BadSnapshotException(
                    BAD_REQUEST, "failed to decode raft message (" + e.getMessage() + ")", e);
        }
        throw new BadSnapshotException(BAD_REQUEST, "wrong raft message type", null);
    }

    private static PeerResponse forbidden(String json) {
        return new PeerResponse(
                FORBIDDEN, PeerResponse.JSON, json.getBytes(StandardCharsets.UTF_8));
    }

    private static final class BadSnapshotException extends Exception {
        private static final long serialVersionUID = 1;

        private final int status;

        BadSnapshotException(int status, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.status = status;
        }
    }

    // ---- everything else

    private void probe(HttpServerRequest request) {
        request.response()
                .putHeader("Content-Type", PeerResponse.TEXT)
                .end("{\"OK\":true,\"Now\":\"" + wallClock.instant() + "\"}\n");
    }

    private void question(PeerSide self, HttpServerRequest request, String path) {
        body(
                request,
                QUESTION_BYTES_MAX,
                bytes -> {
                    ContextInternal context = transport.context();
                    self.answer(
                            new PeerRequest(
                                    request.method().name(),
                                    path,
                                    header(request, PeerHeaders.CLUSTER_ID),
                                    header(request, "Authorization"),
                                    bytes),
                            answer -> context.runOnContext(_ -> answer(request, answer)));
                },
                () -> text(request, TOO_LARGE, "http: request body too large"));
    }

    private static String header(HttpServerRequest request, String name) {
        String value = request.getHeader(name);
        return value == null ? "" : value;
    }

    private void remember(HttpServerRequest request) {
        long from = PeerHeaders.from(request);
        var urls = PeerHeaders.urls(request);
        transport.remember(from, urls);
    }

    /** Whether the method is wrong; then the request is answered. */
    private boolean isRefused(HttpServerRequest request, HttpMethod method) {
        request.response().putHeader(PeerHeaders.CLUSTER_ID, transport.headers().clusterId());
        if (request.method().equals(method)) {
            return false;
        }
        request.response().headers().remove(PeerHeaders.CLUSTER_ID);
        request.response().putHeader("Allow", method.name());
        text(request, NOT_ALLOWED, "Method Not Allowed");
        return true;
    }

    private boolean isIncompatible(HttpServerRequest request) {
        String why = transport.headers().incompatibility(request);
        if (why == null) {
            return false;
        }
        log.warn(
                "request of a peer was refused",
                "remote-peer-id",
                Long.toHexString(PeerHeaders.from(request)),
                "error",
                why);
        text(request, PRECONDITION, why);
        return true;
    }

    /** Gathers a body of bounded size. */
    private static void body(
            HttpServerRequest request, int bytesMax, Consumer<byte[]> done, Runnable failed) {
        Buffer gathered = Buffer.buffer();
        boolean[] over = new boolean[1];
        request.handler(piece -> {
            if (gathered.length() + piece.length() > bytesMax) {
                over[0] = true;
            } else {
                gathered.appendBuffer(piece);
            }
        });
        request.exceptionHandler(_ -> {});
        request.endHandler(_ -> {
            if (over[0]) {
                failed.run();
            } else {
                done.accept(gathered.getBytes());
            }
        });
    }

    private static void answer(HttpServerRequest request, PeerResponse answer) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(answer.status());
        if (!answer.contentType().isEmpty()) {
            response.putHeader("Content-Type", answer.contentType());
        }
        if (answer.contentType().equals(PeerResponse.TEXT)) {
            response.putHeader("X-Content-Type-Options", "nosniff");
        }
        if (!answer.allow().isEmpty()) {
            response.putHeader("Allow", answer.allow());
        }
        if (!answer.clusterId().isEmpty()) {
            response.putHeader(PeerHeaders.CLUSTER_ID, answer.clusterId());
        }
        if (answer.appliedIndex() > 0) {
            response.putHeader(PeerHeaders.APPLIED_INDEX, Long.toString(answer.appliedIndex()));
        }
        if (answer.body().length == 0) {
            response.end();
        } else {
            response.end(Buffer.buffer(answer.body()));
        }
    }

    private static void text(HttpServerRequest request, int status, String text) {
        answer(request, PeerResponse.error(status, text));
    }

    private static void typed(HttpServerRequest request, int status, String type, String body) {
        answer(request, new PeerResponse(status, type, body.getBytes(StandardCharsets.UTF_8)));
    }

    private static void done(HttpServerRequest request) {
        answer(request, new PeerResponse(NO_CONTENT, "", new byte[0]));
    }
}
