package dev.quorate.api.ops;

import dev.quorate.log.Log;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of every HTTP request on client ports: turns away names that are not ours (DNS rebinding), adds the CORS headers and
 * answers {@code OPTIONS}. gRPC calls do not pass here, as in etcd.
 */
public final class AccessControl implements Handler<HttpServerRequest> {
    private static final Log log = Log.of(AccessControl.class);

    private static final String ANY = "*";
    private static final String METHODS = "POST, GET, OPTIONS, PUT, DELETE";
    private static final String HEADERS = "accept, content-type, authorization";

    private final List<String> hostWhitelist;
    private final List<String> corsOrigins;
    private final Handler<HttpServerRequest> next;

    /**
     * @param hostWhitelist host names that plain HTTP requests may address; empty or {@code *} means all
     * @param corsOrigins origins that may read answers; empty or {@code *} means all
     */
    public AccessControl(
            List<String> hostWhitelist, List<String> corsOrigins, Handler<HttpServerRequest> next) {
        this.hostWhitelist = List.copyOf(hostWhitelist);
        this.corsOrigins = List.copyOf(corsOrigins);
        this.next = next;
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (!request.isSSL()) {
            String host = host(request);
            if (!allows(hostWhitelist, host)) {
                log.warn("rejecting HTTP request to prevent DNS rebinding attacks", "host", host);
                Answers.text(request, 421, misdirected(host));
                return;
            }
        }
        addCors(request);
        if (HttpMethod.OPTIONS.equals(request.method())) {
            request.response().putHeader("content-length", "0").end();
            return;
        }
        next.handle(request);
    }

    private static String host(HttpServerRequest request) {
        @Nullable HostAndPort authority = request.authority();
        return authority == null ? "" : authority.host();
    }

    private static boolean allows(List<String> list, String value) {
        return list.isEmpty() || list.contains(ANY) || list.contains(value);
    }

    private void addCors(HttpServerRequest request) {
        @Nullable String origin = request.getHeader("origin");
        if (corsOrigins.isEmpty() || corsOrigins.contains(ANY)) {
            origin = ANY;
        } else if (origin == null || !corsOrigins.contains(origin)) {
            return;
        }
        request.response()
                .putHeader("Access-Control-Allow-Headers", HEADERS)
                .putHeader("Access-Control-Allow-Methods", METHODS)
                .putHeader("Access-Control-Allow-Origin", origin);
    }

    private static String misdirected(String host) {
        return "\netcd received your request, but the Host header was unrecognized.\n\n"
                + "To fix this, choose one of the following options:\n"
                + "- Enable TLS, then any HTTPS request will be allowed.\n"
                + "- Add the hostname you want to use to the whitelist in settings.\n"
                + "  - e.g. etcd --host-whitelist \""
                + host.replace("\\", "\\\\").replace("\"", "\\\"")
                + "\"\n\n"
                + "This requirement has been added to help prevent \"DNS Rebinding\" attacks (CVE-2018-5702).\n";
    }
}
