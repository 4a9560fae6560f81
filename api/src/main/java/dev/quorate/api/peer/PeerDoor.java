package dev.quorate.api.peer;

import dev.quorate.log.Log;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Lets in only members. The handshake has checked who vouches for a certificate; whose it is, is checked here. On the transport's loop. */
final class PeerDoor {
    private static final Log log = Log.of(PeerDoor.class);

    private final @Nullable PeerTls tls;
    private final ContextInternal context;
    private final Executor guests;

    /** Connections of which a name server has yet to tell; one entry each, gone with the answer. */
    private final Map<HttpConnection, Future<Boolean>> checking = new HashMap<>();

    /** @param guests ask name servers */
    PeerDoor(@Nullable PeerTls tls, ContextInternal context, Executor guests) {
        this.tls = tls;
        this.context = context;
        this.guests = guests;
    }

    /** A handshake is over. */
    void arrived(HttpConnection connection) {
        X509Certificate certificate = certificate(connection);
        if (tls == null || certificate == null) {
            return;
        }
        String objection = PeerNames.objection(certificate, tls.names());
        PeerNames names = PeerNames.of(certificate);
        if (objection != null || !tls.names().compareAddress()) {
            settle(connection, names, objection);
            return;
        }
        String address = connection.remoteAddress().hostAddress();
        if (!names.needsLookup(address)) {
            settle(connection, names, names.addressObjection(address, PeerNames.Lookup.SYSTEM));
            return;
        }
        Promise<Boolean> verdict = context.promise();
        checking.put(connection, verdict.future());
        guests.execute(() -> {
            String found = names.addressObjection(address, PeerNames.Lookup.SYSTEM);
            context.runOnContext(_ -> {
                checking.remove(connection);
                settle(connection, names, found);
                verdict.complete(found == null);
            });
        });
    }

    private static void settle(
            HttpConnection connection, PeerNames names, @Nullable String objection) {
        if (objection == null) {
            return;
        }
        log.warn(
                "rejected connection on peer endpoint",
                "remote-addr",
                String.valueOf(connection.remoteAddress()),
                "server-name",
                "",
                "ip-addresses",
                names.ips(),
                "dns-names",
                names.hosts(),
                "error",
                objection);
        connection.close();
    }

    private static @Nullable X509Certificate certificate(HttpConnection connection) {
        SSLSession session = connection.sslSession();
        try {
            if (session != null
                    && session.getPeerCertificates()[0] instanceof X509Certificate certificate) {
                return certificate;
            }
        } catch (SSLPeerUnverifiedException _) {
            // Nobody asked for one.
        }
        return null;
    }

    /** What follows only when the connection was found to be a member's. */
    Handler<HttpServerRequest> before(Handler<HttpServerRequest> next) {
        return request -> {
            Future<Boolean> verdict = checking.get(request.connection());
            if (verdict == null) {
                next.handle(request);
                return;
            }
            request.pause();
            verdict.onSuccess(welcome -> {
                if (welcome) {
                    request.resume();
                    next.handle(request);
                }
            });
        };
    }
}
