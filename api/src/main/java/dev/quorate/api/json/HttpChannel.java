package dev.quorate.api.json;

import dev.quorate.proto.error.StatusException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** A response of lines in chunks. Its status is decided by the first of them. */
final class HttpChannel implements Channel {
    private final HttpServerResponse response;
    private final boolean chunked;

    HttpChannel(HttpServerResponse response, HttpVersion version) {
        this.response = response;
        this.chunked = version != HttpVersion.HTTP_2;
    }

    @Override
    public Future<Void> line(String json) {
        if (!response.headWritten()) {
            begin(200);
            response.putHeader("Grpc-Metadata-Content-Type", "application/grpc");
        }
        return response.write(Buffer.buffer(json).appendByte((byte) '\n'));
    }

    private void begin(int status) {
        response.setStatusCode(status).putHeader("Content-Type", "application/json");
        if (chunked) {
            response.setChunked(true);
        }
    }

    @Override
    public void end() {
        if (!response.headWritten()) {
            begin(200);
        }
        response.end();
    }

    @Override
    public void end(StatusException refusal) {
        if (!response.headWritten()) {
            begin(HttpStatus.of(refusal.code()));
        }
        response.write(Buffer.buffer("{\"error\":" + HttpStatus.body(refusal) + "}\n"));
        response.end();
    }

    @Override
    public boolean isClosed() {
        return response.ended() || response.closed();
    }
}
