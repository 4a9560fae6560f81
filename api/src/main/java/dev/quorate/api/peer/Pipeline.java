package dev.quorate.api.peer;

import dev.quorate.raft.message.Message;
import dev.quorate.server.peer.MessageCodec;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;

/** Sends messages one by one while there is no stream. {@link #offer} on any thread, the rest on the loop. */
final class Pipeline {
    private static final int WAITING_MAX = 64;
    private static final int UNDER_WAY_MAX = 4;
    private static final int NO_CONTENT = 204;
    private static final int FORBIDDEN = 403;
    private static final String REMOVED = "removed member";

    private final PeerLink link;
    private final PeerTransport transport;
    private final ArrayBlockingQueue<Message> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private int underWay;

    Pipeline(PeerLink link, PeerTransport transport) {
        this.link = link;
        this.transport = transport;
    }

    /** Queues a message; false when too many wait. */
    boolean offer(Message message) {
        return waiting.offer(message);
    }

    void flush() {
        while (underWay < UNDER_WAY_MAX && !transport.isClosed()) {
            Message next = waiting.poll();
            if (next == null) {
                return;
            }
            underWay++;
            byte[] bytes = MessageCodec.encode(next).toByteArray();
            // Never a second time: a proposal that arrived twice would be appended twice.
            transport
                    .calls()
                    .request(link.target(HttpMethod.POST, "/raft"))
                    .onSuccess(request -> send(request, bytes))
                    .onFailure(_ -> {
                        // There was no connection, so nothing was sent.
                        link.dropped(next);
                        ended(false);
                    });
        }
    }

    private void send(HttpClientRequest request, byte[] bytes) {
        transport.headers().introduce(request.headers());
        request.putHeader("Content-Type", "application/protobuf");
        request.send(Buffer.buffer(bytes))
                .onFailure(_ -> ended(false))
                .onSuccess(response ->
                        response.body()
                                .onFailure(_ -> ended(false))
                                .onSuccess(body -> answered(response.statusCode(), body)));
    }

    private void answered(int status, Buffer body) {
        if (status == FORBIDDEN && body.toString(StandardCharsets.UTF_8).contains(REMOVED)) {
            transport.self().expelled();
        }
        ended(status == NO_CONTENT);
    }

    private void ended(boolean arrived) {
        underWay--;
        if (!arrived) {
            link.tryNextUrl();
            link.unreachable();
        }
        flush();
    }
}
