package dev.quorate.api.grpc;

import dev.quorate.api.loop.LoopQueue;
import dev.quorate.log.Log;
import dev.quorate.metrics.Counter;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Cancellation;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Rpc;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client connection: keeps its gRPC streams, passes the others on, guards against pings and pings itself. Owned by its event loop.
 */
final class GrpcConnection extends Http2FrameListenerDecorator {
    private static final Log log = Log.of(GrpcConnection.class);

    /** What incomplete messages of one connection may hold together. */
    private static final long MAX_HELD_BYTES = 64L << 20;

    private static final String UNKNOWN_VERSION = "unknown";
    private static final String BEARER = "Bearer ";
    static final int MESSAGE_PREFIX_SIZE_BYTES = 5;

    private final GrpcTransport transport;
    private final LoopQueue queue;
    private final Http2ConnectionHandler handler;
    private final ChannelHandlerContext ctx;
    private final Http2Connection streams;
    private final Http2ConnectionEncoder encoder;
    private final Http2Connection.PropertyKey callKey;
    private final PingGuard pingGuard;
    private final @Nullable String commonName;
    private final Runnable flush = this::flush;
    private final FutureListener<Void> dataSent = _ -> this.pingGuard().onDataSent();

    private boolean flushQueued;
    private long heldBytes;
    private boolean heard;
    private @Nullable Future<?> keepalive;

    // Clients rarely change their version between calls, so its counters are kept.
    private String countedVersion = "";
    private @Nullable Counter unaryRequests;
    private @Nullable Counter streamRequests;

    GrpcConnection(
            GrpcTransport transport,
            LoopQueue queue,
            Http2ConnectionHandler handler,
            ChannelHandlerContext ctx,
            Http2FrameListener others,
            @Nullable String commonName) {
        super(others);
        this.transport = transport;
        this.queue = queue;
        this.handler = handler;
        this.ctx = ctx;
        this.streams = handler.connection();
        this.encoder = handler.encoder();
        this.callKey = streams.newKey();
        this.pingGuard =
                new PingGuard(
                        TimeUnit.MILLISECONDS.toNanos(transport.limits().keepaliveMinTimeMillis()));
        this.commonName = commonName;
        streams.addListener(
                new Http2ConnectionAdapter() {
                    @Override
                    public void onStreamClosed(Http2Stream stream) {
                        GrpcCall call = stream.removeProperty(callKey);
                        if (call != null) {
                            call.closed();
                        }
                    }
                });
        scheduleKeepalive(transport.limits().keepaliveIntervalMillis(), this::checkSilence);
        ctx.channel().closeFuture().addListener(_ -> stopKeepalive());
    }

    GrpcLimits limits() {
        return transport.limits();
    }

    private PingGuard pingGuard() {
        return pingGuard;
    }

    LoopQueue queue() {
        return queue;
    }

    EventExecutor executor() {
        return ctx.executor();
    }

    // --- what the client sends

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int streamId,
            Http2Headers headers,
            int padding,
            boolean endOfStream)
            throws Http2Exception {
        if (!takeHeaders(streamId, headers, endOfStream)) {
            super.onHeadersRead(context, streamId, headers, padding, endOfStream);
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream)
            throws Http2Exception {
        if (!takeHeaders(streamId, headers, endOfStream)) {
            super.onHeadersRead(
                    context,
                    streamId,
                    headers,
                    streamDependency,
                    weight,
                    exclusive,
                    padding,
                    endOfStream);
        }
    }

    /** False when the stream is none of ours. */
    private boolean takeHeaders(int streamId, Http2Headers headers, boolean endOfStream) {
        heard = true;
        Http2Stream stream = streams.stream(streamId);
        GrpcCall known = stream.getProperty(callKey);
        if (known != null) {
            // Trailers of a request carry nothing that gRPC knows.
            if (endOfStream) {
                known.halfClose();
            }
            return true;
        }
        CharSequence contentType = headers.get(GrpcHeaders.CONTENT_TYPE);
        if (contentType == null || !contentType.toString().startsWith("application/grpc")) {
            return false;
        }
        open(stream, headers, endOfStream);
        return true;
    }

    @Override
    public int onDataRead(
            ChannelHandlerContext context,
            int streamId,
            ByteBuf data,
            int padding,
            boolean endOfStream)
            throws Http2Exception {
        heard = true;
        Http2Stream stream = streams.stream(streamId);
        GrpcCall call = stream == null ? null : stream.getProperty(callKey);
        if (call == null) {
            return super.onDataRead(context, streamId, data, padding, endOfStream);
        }
        int processed = data.readableBytes() + padding;
        call.read(data);
        if (endOfStream) {
            call.halfClose();
        }
        return processed;
    }

    @Override
    public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
        heard = true;
        if (pingGuard.onPing(System.nanoTime(), streams.numActiveStreams() > 0)) {
            sendAway();
            return;
        }
        super.onPingRead(context, data);
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext context, long data) throws Http2Exception {
        heard = true;
        super.onPingAckRead(context, data);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
            throws Http2Exception {
        heard = true;
        super.onSettingsRead(context, settings);
    }

    @Override
    public void onWindowUpdateRead(
            ChannelHandlerContext context, int streamId, int windowSizeIncrement)
            throws Http2Exception {
        heard = true;
        super.onWindowUpdateRead(context, streamId, windowSizeIncrement);
    }

    private void open(Http2Stream stream, Http2Headers headers, boolean endOfStream) {
        try {
            if (!"POST".contentEquals(nonNull(headers.method()))) {
                refuse(
                        stream,
                        GrpcHeaders.httpRefusal(
                                "405",
                                Code.INTERNAL,
                                "Received a HEADERS frame with :method \""
                                        + headers.method()
                                        + "\" which should be POST"));
                return;
            }
            GrpcMethod method = transport.method(nonNull(headers.path()));
            MessageReader.@Nullable Encoding encoding = encoding(headers.get(GrpcHeaders.ENCODING));
            if (encoding == null) {
                refuse(
                        stream,
                        GrpcHeaders.unknownEncoding(nonNull(headers.get(GrpcHeaders.ENCODING))));
                return;
            }
            start(stream, method, call(headers, method), encoding, endOfStream);
        } catch (StatusException refusal) {
            refuse(stream, GrpcHeaders.status(refusal.code(), refusal.description(), true));
        }
    }

    private static CharSequence nonNull(@Nullable CharSequence text) {
        return text == null ? "" : text;
    }

    private static MessageReader.@Nullable Encoding encoding(@Nullable CharSequence name) {
        if (name == null || AsciiString.contentEquals("identity", name)) {
            return MessageReader.Encoding.IDENTITY;
        }
        return AsciiString.contentEquals("gzip", name) ? MessageReader.Encoding.GZIP : null;
    }

    private void start(
            Http2Stream stream,
            GrpcMethod method,
            Call call,
            MessageReader.Encoding encoding,
            boolean endOfStream) {
        GrpcCall opened =
                switch (method.rpc) {
                    case Rpc.Unary<?> rpc ->
                            new UnaryCall<>(this, stream, method, rpc, call, encoding);
                    case Rpc.ServerStream<?> rpc ->
                            new ServerStreamCall<>(this, stream, method, rpc, call, encoding);
                    case Rpc.BidiStream<?> rpc ->
                            new BidiCall<>(this, stream, method, rpc, call, encoding);
                };
        stream.setProperty(callKey, opened);
        opened.start();
        if (endOfStream) {
            opened.halfClose();
        }
    }

    private Call call(Http2Headers headers, GrpcMethod method) throws StatusException {
        CharSequence timeout = headers.get(GrpcHeaders.TIMEOUT);
        long deadlineNanos = Long.MAX_VALUE;
        if (timeout != null) {
            long nanos = Timeout.nanos(timeout);
            deadlineNanos = nanos == Long.MAX_VALUE ? nanos : System.nanoTime() + nanos;
        }
        String version = version(headers.get(GrpcHeaders.CLIENT_API_VERSION));
        countRequest(version, method.rpc instanceof Rpc.Unary<?>);
        CharSequence hasLeader = headers.get(GrpcHeaders.HAS_LEADER);
        return new Call(
                token(headers),
                commonName,
                hasLeader != null && AsciiString.contentEquals("true", hasLeader),
                version,
                deadlineNanos,
                new Cancellation());
    }

    private static @Nullable String token(Http2Headers headers) {
        CharSequence token = headers.get(GrpcHeaders.TOKEN);
        if (token != null) {
            return token.toString();
        }
        CharSequence authorization = headers.get(GrpcHeaders.AUTHORIZATION);
        if (authorization == null) {
            return null;
        }
        String text = authorization.toString();
        return text.startsWith(BEARER) ? text.substring(BEARER.length()) : text;
    }

    private static String version(@Nullable CharSequence raw) throws StatusException {
        if (raw == null) {
            return UNKNOWN_VERSION;
        }
        String text = raw.toString();
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (!ByteBufUtil.isText(Unpooled.wrappedBuffer(bytes), StandardCharsets.UTF_8)) {
            throw EtcdError.INVALID_CLIENT_API_VERSION.exception();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void countRequest(String version, boolean unary) {
        Counter counter = unary ? unaryRequests : streamRequests;
        if (counter == null || !version.equals(countedVersion)) {
            countedVersion = version;
            unaryRequests = transport.metrics().requests.with("unary", version);
            streamRequests = transport.metrics().requests.with("stream", version);
            counter = unary ? unaryRequests : streamRequests;
        }
        counter.increment();
    }

    void countReceived(int sizeBytes) {
        transport.metrics().receivedBytes.add(sizeBytes);
    }

    /** Accounts for bytes of incomplete messages. */
    void held(int deltaBytes) throws StatusException {
        heldBytes += deltaBytes;
        if (deltaBytes > 0 && heldBytes > MAX_HELD_BYTES) {
            throw new StatusException(
                    Code.RESOURCE_EXHAUSTED, "too many unfinished messages on this connection");
        }
    }

    void released(int bytes) {
        heldBytes -= bytes;
    }

    // --- what the server sends

    void writeHeaders(Http2Stream stream, Http2Headers headers, boolean endOfStream) {
        if (!ctx.channel().isActive()) {
            return;
        }
        encoder.writeHeaders(ctx, stream.id(), headers, 0, endOfStream, ctx.newPromise());
        sent();
    }

    /**
     * Writes messages in one buffer, each behind its prefix; the future completes when the socket took them or never will.
     *
     * @param sizeBytes of the messages together, without their prefixes
     */
    Future<Void> writeMessages(Http2Stream stream, List<Payload> messages, int sizeBytes) {
        if (!ctx.channel().isActive()) {
            return ctx.newFailedFuture(new ClosedChannelException());
        }
        int whole = sizeBytes + messages.size() * MESSAGE_PREFIX_SIZE_BYTES;
        ByteBuf buffer = ctx.alloc().heapBuffer(whole);
        for (Payload message : messages) {
            int size = message.sizeBytes();
            buffer.writeByte(0).writeInt(size);
            message.writeTo(buffer.array(), buffer.arrayOffset() + buffer.writerIndex());
            buffer.writerIndex(buffer.writerIndex() + size);
        }
        transport.metrics().sentBytes.add(sizeBytes);
        pingGuard.onDataQueued();
        var written = encoder.writeData(ctx, stream.id(), buffer, 0, false, ctx.newPromise());
        written.addListener(dataSent);
        flushSoon();
        return written;
    }

    private void sent() {
        pingGuard.onSent();
        flushSoon();
    }

    private void flushSoon() {
        if (!flushQueued) {
            flushQueued = true;
            queue.afterTurn(flush);
        }
    }

    private void flush() {
        flushQueued = false;
        if (!ctx.channel().isActive()) {
            return;
        }
        try {
            handler.flush(ctx);
        } catch (RuntimeException e) {
            // On a connection that breaks, Vert.x stumbles over streams that it does not know.
            log.debug("a client connection broke", "error", e);
            ctx.channel().close();
        }
    }

    private void refuse(Http2Stream stream, Http2Headers answer) {
        writeHeaders(stream, answer, true);
        stopReading(stream);
    }

    /** Asks the client to send no more on a stream that was answered early. */
    void stopReading(Http2Stream stream) {
        if (stream.state().remoteSideOpen()) {
            handler.resetStream(ctx, stream.id(), Http2Error.NO_ERROR.code(), ctx.newPromise());
            sent();
        }
    }

    private void sendAway() {
        log.warn("a client pings too often", "remote", ctx.channel().remoteAddress());
        ByteBuf reason = Unpooled.copiedBuffer("too_many_pings", StandardCharsets.US_ASCII);
        handler.goAway(
                        ctx,
                        streams.remote().lastStreamCreated(),
                        Http2Error.ENHANCE_YOUR_CALM.code(),
                        reason,
                        ctx.newPromise())
                .addListener(_ -> ctx.channel().close());
        handler.flush(ctx);
    }

    // --- keepalive

    private void scheduleKeepalive(long millis, Runnable check) {
        if (limits().keepaliveIntervalMillis() > 0) {
            keepalive = ctx.executor().schedule(check, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void checkSilence() {
        if (heard) {
            heard = false;
            scheduleKeepalive(limits().keepaliveIntervalMillis(), this::checkSilence);
            return;
        }
        encoder.writePing(ctx, false, System.nanoTime(), ctx.newPromise());
        handler.flush(ctx);
        scheduleKeepalive(limits().keepaliveTimeoutMillis(), this::checkAnswer);
    }

    private void checkAnswer() {
        if (heard) {
            checkSilence();
        } else {
            ctx.close();
        }
    }

    private void stopKeepalive() {
        if (keepalive != null) {
            keepalive.cancel(false);
        }
    }
}
