package dev.quorate.api.peer;

import dev.quorate.log.Log;
import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.server.peer.MessageCodec;
import dev.quorate.server.peer.SnapshotContent;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One snapshot on its way out: a message, then a bbolt file, in the body of a request. Runs on a guest, for it waits for the network. */
final class SnapshotSender implements Runnable {
    private static final Log log = Log.of(SnapshotSender.class);

    private static final int PIECE_BYTES = 64 << 10;
    private static final int NO_CONTENT = 204;

    /** For a piece to be taken. A receiver that does not read for so long is given up. */
    private static final long PIECE_SECONDS = 60;

    /** For the receiver to make everything durable and answer. */
    private static final long ANSWER_SECONDS = 300;

    private final PeerTransport transport;
    private final PeerLink link;
    private final InstallSnapshot message;
    private final SnapshotContent content;

    SnapshotSender(
            PeerTransport transport,
            PeerLink link,
            InstallSnapshot message,
            SnapshotContent content) {
        this.transport = transport;
        this.link = link;
        this.message = message;
        this.content = content;
    }

    @Override
    public void run() {
        var metrics = transport.metrics();
        String to = Long.toHexString(link.id());
        long start = System.nanoTime();
        boolean arrived = false;
        metrics.snapshotSendInflights.with(to).increment();
        try (content) {
            log.info(
                    "sending database snapshot",
                    "snapshot-index",
                    message.snapshot().index(),
                    "remote-peer-id",
                    to,
                    "bytes",
                    content.sizeBytes());
            send();
            arrived = true;
            metrics.snapshotSendSuccess.with(to).increment();
            metrics.snapshotSendTotalDurationSeconds
                    .with(to)
                    .observeNanos(System.nanoTime() - start);
            log.info(
                    "sent database snapshot",
                    "snapshot-index",
                    message.snapshot().index(),
                    "remote-peer-id",
                    to,
                    "took",
                    Duration.ofNanos(System.nanoTime() - start));
        } catch (IOException | RuntimeException e) {
            metrics.snapshotSendFailures.with(to).increment();
            log.warn(
                    "failed to send database snapshot",
                    "snapshot-index",
                    message.snapshot().index(),
                    "remote-peer-id",
                    to,
                    "error",
                    e);
            link.unreachable();
        } finally {
            metrics.snapshotSendInflights.with(to).decrement();
            transport.self().snapshotSent(message.to(), arrived);
        }
    }

    private void send() throws IOException {
        HttpClientRequest request =
                await(
                        transport.calls().request(link.target(HttpMethod.POST, "/raft/snapshot")),
                        PIECE_SECONDS);
        boolean ended = false;
        try {
            transport.headers().introduce(request.headers());
            request.putHeader("Content-Type", "application/octet-stream").setChunked(true);
            Future<HttpClientResponse> answer = request.response();
            byte[] head = MessageCodec.encode(message).toByteArray();
            try (OutputStream body =
                    new BufferedOutputStream(new Body(request, answer), PIECE_BYTES)) {
                body.write(ByteBuffer.allocate(Long.BYTES).putLong(head.length).array());
                body.write(head);
                content.writeTo(body);
            }
            await(request.end(), PIECE_SECONDS);
            HttpClientResponse response = await(answer, ANSWER_SECONDS);
            if (response.statusCode() != NO_CONTENT) {
                throw new IOException("the receiver answered " + response.statusCode());
            }
            ended = true;
        } finally {
            if (!ended) {
                request.reset();
            }
        }
    }

    /** Waits for each piece until the connection has room. */
    private static final class Body extends OutputStream {
        private final HttpClientRequest request;
        private final Future<HttpClientResponse> answer;

        Body(HttpClientRequest request, Future<HttpClientResponse> answer) {
            this.request = request;
            this.answer = answer;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (answer.isComplete()) {
                throw new IOException("the receiver answered before it had everything");
            }
            await(
                    request.write(Buffer.buffer(length).appendBytes(bytes, offset, length)),
                    PIECE_SECONDS);
        }
    }

    private static <T> T await(Future<T> future, long seconds) throws IOException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("nothing moved for " + seconds + " s", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
