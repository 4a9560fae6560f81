package dev.quorate.api.peer;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.log.Log;
import dev.quorate.server.peer.PeerSide;
import dev.quorate.server.peer.StreamDecoder;
import dev.quorate.server.peer.StreamKind;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/** The receiving end of a stream: dials the other member again and again, and reads what it sends. On the loop. */
final class StreamReader {
    private static final Log log = Log.of(StreamReader.class);

    private static final long RETRY_MILLIS = 100;
    private static final int OK = 200;
    private static final int GONE = 410;

    private final StreamKind kind;
    private final PeerLink link;
    private final PeerTransport transport;
    private final PeerSide self;
    private @Nullable HttpClientRequest open;
    private boolean reading;
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
        var options =
                link.target(
                        HttpMethod.GET,
                        "/raft/stream/" + kind.path() + "/" + Long.toHexString(self.memberId()));
        transport
                .streams()
                .request(options)
                .onSuccess(this::send)
                .onFailure(cause -> lost(cause.toString(), true));
    }

    private void send(HttpClientRequest request) {
        if (stopped) {
            request.reset();
            return;
        }
        open = request;
        transport.headers().introduce(request.headers(), link.id());
        request.send().onSuccess(this::answered).onFailure(cause -> lost(cause.toString(), true));
    }

    private void answered(HttpClientResponse response) {
        int status = response.statusCode();
        if (status == GONE) {
            stopped = true;
            self.expelled();
            return;
        }
        if (status != OK) {
            response.request().reset();
            lost("unexpected status " + status, false);
            return;
        }
        String version = response.getHeader(PeerHeaders.VERSION);
        if (PeerHeaders.number(version, 200) < PeerHeaders.number("3.0.0", 0)) {
            response.request().reset();
            lost("unsupported stream type", false);
            return;
        }
        reading = true;
        link.connected(kind);
        var decoder = new StreamDecoder(kind, link.id(), self.memberId());
        response.handler(piece -> read(response, decoder, piece));
        response.exceptionHandler(cause -> lost(cause.toString(), false));
        response.endHandler(_ -> lost("EOF", false));
    }

    private void read(HttpClientResponse response, StreamDecoder decoder, Buffer piece) {
        byte[] bytes = piece.getBytes();
        link.received(bytes.length);
        try {
            decoder.feed(bytes, self::receive);
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
    }

    /** Only the first report of a connection counts. */
    private void lost(String why, boolean unreachable) {
        open = null;
        boolean wasReading = reading;
        reading = false;
        if (wasReading) {
            link.disconnected(kind, why);
        }
        if (unreachable) {
            link.tryNextUrl();
        }
        if (!stopped) {
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
