package dev.quorate.api.peer;

import dev.quorate.api.http.Dated;
import dev.quorate.api.tls.FileKeys;
import dev.quorate.api.tls.FileTrust;
import dev.quorate.api.tls.WatchedHandshakes;
import dev.quorate.log.Log;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One open port for other members. Start and close it from any thread that may block. */
public final class PeerListener implements AutoCloseable {
    private static final Log log = Log.of(PeerListener.class);

    private static final long START_TIMEOUT_SECONDS = 30;
    private static final long CLOSE_TIMEOUT_SECONDS = 10;

    private final HttpServer server;

    private PeerListener(HttpServer server) {
        this.server = server;
    }

    /**
     * Opens the port.
     *
     * @param tls null for plain text
     * @throws IOException when the address cannot be bound or a certificate cannot be read
     */
    public static PeerListener start(
            PeerTransport transport, String host, int port, @Nullable PeerTls tls)
            throws IOException {
        HttpServerOptions options = options(transport.context().owner(), tls);
        var started = new CompletableFuture<HttpServer>();
        var door = new PeerDoor(tls, transport.context(), transport.guests());
        transport
                .context()
                .runOnContext(_ ->
                        transport
                                .context()
                                .owner()
                                .createHttpServer(options)
                                .requestHandler(
                                        door.before(
                                                new Dated(
                                                        InstantSource.system(),
                                                        transport.handler())))
                                .connectionHandler(door::arrived)
                                .listen(port, host)
                                .onSuccess(started::complete)
                                .onFailure(started::completeExceptionally));
        try {
            return new PeerListener(started.get(START_TIMEOUT_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            throw new IOException(
                    "listen " + host + ":" + port + ": " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("listen " + host + ":" + port, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while opening a port", e);
        }
    }

    /** The port that members connect to. */
    public int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        try {
            server.close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn("closing a peer port failed", "error", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static HttpServerOptions options(Vertx vertx, @Nullable PeerTls tls)
            throws IOException {
        var options =
                new HttpServerOptions()
                        .setAlpnVersions(List.of(HttpVersion.HTTP_1_1))
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true)
                        .setReuseAddress(true);
        if (tls != null) {
            options.setSsl(true)
                    .setSslEngineOptions(new WatchedHandshakes(log, "peer"))
                    .setKeyCertOptions(FileKeys.open(vertx, tls.certificateFile(), tls.keyFile()));
            if (!tls.trustedCaFile().isEmpty()) {
                options.setTrustOptions(
                        FileTrust.open(vertx, tls.trustedCaFile(), tls.crlFile(), _ -> true));
            } else if (!tls.crlFile().isEmpty()) {
                options.addCrlPath(tls.crlFile());
            }
            tls.cipherSuites().forEach(options::addEnabledCipherSuite);
            options.setEnabledSecureTransportProtocols(tls.protocols());
            if (tls.requireClientCertificate()) {
                options.setClientAuth(ClientAuth.REQUIRED);
            }
        }
        return options;
    }
}
