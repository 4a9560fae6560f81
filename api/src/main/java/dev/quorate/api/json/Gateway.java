package dev.quorate.api.json;

import dev.quorate.server.service.Rpc;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** The routes of the JSON gateway. */
public final class Gateway {
    public Gateway(List<Rpc> rpcs) {}

    public boolean handle(HttpServerRequest request, String path) {
        return false;
    }
}
