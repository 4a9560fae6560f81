package dev.quorate.api.peer;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.log.Log;
import dev.quorate.raft.message.Message;
import dev.quorate.server.peer.PeerSide;
import dev.quorate.server.peer.StreamDecoder;
import dev.quorate.server.peer.StreamKind;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The receiving end of a stream: dials the other member again and again, and reads what it sends. On the loop. */
final class StreamReader {
    private static final Log log = Log.of(StreamReader.class);

    private static final long RETRY_MILLIS = 100;

    /** A stream that lived as long did not end because of how it began. */
    private static final long SETTLED_NANOS = 500_000_000L;

    private static final int OK = 200;
    private static final int GONE = 410;

    private final StreamKind kind;
    private final PeerLink link;
    private final PeerTransport transport;
    private final PeerSide self;
    private @Nullable HttpClientRequest open;
    private boolean reading;
    private long openedNanos;
    private int dials;
    private boolean stopped;

    StreamReader(StreamKind kind, PeerLink link, PeerTransport transport, PeerSide self) {
        this.kind = kind;
        this.link = link;
        this.transport = transport;
        this.self = self;
    }

    boolean isReading() {
        return reading;
    }

    void dial() {
        if (stopped) {
            return;
        }
        int dial = ++dials;
        var options =
                link.target(
                        HttpMethod.GET,
                        "/raft/stream/" + kind.path() + "/" + Long.toHexString(self.memberId()));
        transport
                .streams()
                .request(options)
                .onSuccess(request -> send(request, dial))
                .onFailure(cause -> {
                    link.dialled(isRefused(cause));
                    lost(dial, cause.toString(), true);
                });
    }

    /** Whether a machine answered that nobody listens there, as opposed to silence. */
    private static boolean isRefused(Throwable cause) {
        return cause instanceof ConnectException
                && !(cause instanceof ConnectTimeoutException)
                && String.valueOf(cause.getMessage()).contains("refused");
    }

    private void send(HttpClientRequest request, int dial) {
        if (stopped) {
            request.reset();
            return;
        }
        open = request;
        link.dialled(false);
        transport.headers().introduce(request.headers(), link.id());
        request.send()
                .onSuccess(response -> answered(response, dial))
                .onFailure(cause -> lost(dial, cause.toString(), true));
    }

    private void answered(HttpClientResponse response, int dial) {
        int status = response.statusCode();
        if (status == GONE) {
            stopped = true;
            self.expelled();
            return;
        }
        if (status != OK) {
            response.request().reset();
            lost(dial, "unexpected status " + status, false);
            return;
        }
        String version = response.getHeader(PeerHeaders.VERSION);
        if (PeerHeaders.number(version, 200) < PeerHeaders.number("3.0.0", 0)) {
            response.request().reset();
            lost(dial, "unsupported stream type", false);
            return;
        }
        reading = true;
        openedNanos = System.nanoTime();
        link.connected(kind);
        var decoder = new StreamDecoder(kind, link.id(), self.memberId());
        response.handler(piece -> read(response, decoder, piece));
        response.exceptionHandler(cause -> lost(dial, cause.toString(), false));
        response.endHandler(_ -> lost(dial, "EOF", false));
    }

    private void read(HttpClientResponse response, StreamDecoder decoder, Buffer piece) {
        byte[] bytes = piece.getBytes();
        link.received(bytes.length);
        List<Message> messages = new ArrayList<>();
        try {
            decoder.feed(bytes, messages::add);
        } catch (InvalidProtocolBufferException e) {
            log.warn(
                    "failed to read from a stream",
                    "stream-type",
                    kind.shown(),
                    "remote-peer-id",
                    Long.toHexString(link.id()),
                    "error",
                    e);
            response.request().reset();
        }
        if (!messages.isEmpty()) {
            self.receive(messages);
        }
    }

    /** Only the first report of a connection counts. */
    private void lost(int dial, String why, boolean unreachable) {
        if (dial != dials) {
            return;
        }
        dials++;
        open = null;
        boolean wasReading = reading;
        reading = false;
        if (wasReading) {
            link.disconnected(kind, why);
        }
        if (unreachable) {
            link.tryNextUrl();
        }
        if (stopped) {
            return;
        }
        if (wasReading && System.nanoTime() - openedNanos > SETTLED_NANOS) {
            // Most likely the other process ended, and the sooner that is known the better.
            dial();
        } else {
            transport.later(RETRY_MILLIS, this::dial);
        }
    }

    void stop() {
        stopped = true;
        HttpClientRequest request = open;
        if (request != null) {
            request.reset();
        }
    }
}
