package dev.quorate.api.ops;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/** The forms in which Go's HTTP server answers. Called on the request's event loop. */
public final class Answers {
    private static final String PLAIN = "text/plain; charset=utf-8";

    private Answers() {}

    /** A text with the headers that Go's {@code http.Error} sets; a newline is added. */
    public static void text(HttpServerRequest request, int status, String text) {
        request.response()
                .putHeader("Content-Type", PLAIN)
                .putHeader("X-Content-Type-Options", "nosniff");
        body(request, status, text + "\n");
    }

    /** Go's answer to a path that nobody serves. */
    public static void notFound(HttpServerRequest request) {
        text(request, 404, "404 page not found");
    }

    /** True for GET; other methods are answered. */
    public static boolean isGet(HttpServerRequest request) {
        if (HttpMethod.GET.equals(request.method())) {
            return true;
        }
        request.response().putHeader("Allow", "GET");
        text(request, 405, "Method Not Allowed");
        return false;
    }

    /** A body of the given type. */
    public static void typed(HttpServerRequest request, int status, String type, String body) {
        request.response().putHeader("Content-Type", type);
        body(request, status, body);
    }

    private static void body(HttpServerRequest request, int status, String body) {
        if (request.response().ended() || request.response().closed()) {
            return;
        }
        var response = request.response().setStatusCode(status);
        Buffer bytes = Buffer.buffer(body);
        if (HttpMethod.HEAD.equals(request.method())) {
            response.putHeader("Content-Length", Integer.toString(bytes.length())).end();
        } else {
            response.end(bytes);
        }
    }
}
