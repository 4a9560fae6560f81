package dev.quorate.api.json;

import dev.quorate.proto.error.StatusException;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;

/** A WebSocket: every line is a text frame. */
final class SocketChannel implements Channel {
    private final ServerWebSocket socket;

    SocketChannel(ServerWebSocket socket) {
        this.socket = socket;
    }

    @Override
    public Future<Void> line(String json) {
        return socket.writeTextMessage(json);
    }

    @Override
    public void end() {
        socket.close();
    }

    @Override
    public void end(StatusException refusal) {
        socket.writeTextMessage("{\"error\":" + HttpStatus.body(refusal) + "}");
        socket.close();
    }

    @Override
    public boolean isClosed() {
        return socket.isClosed();
    }
}
