package dev.quorate.api;

import dev.quorate.api.http.Dated;
import dev.quorate.api.loop.LoopQueue;
import dev.quorate.api.ops.AccessControl;
import dev.quorate.api.ops.Answers;
import dev.quorate.api.peer.PeerNames;
import dev.quorate.api.tls.FileKeys;
import dev.quorate.api.tls.FileTrust;
import dev.quorate.api.tls.WatchedHandshakes;
import dev.quorate.log.Log;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.net.BindException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** One open port. Start and close it from any thread that may block; everything else happens on its event loops. */
public final class ClientListener implements AutoCloseable {
    private static final Log log = Log.of(ClientListener.class);

    private static final long START_TIMEOUT_SECONDS = 30;
    private static final long CLOSE_TIMEOUT_SECONDS = 10;

    /** How much a client may send on one call, and on all calls together, before it waits for the server to take it. */
    private static final int STREAM_WINDOW_BYTES = 1 << 20;

    private static final int CONNECTION_WINDOW_BYTES = 16 << 20;

    private static final int MAX_HEADER_LIST_BYTES = 64 << 10;
    private static final int MAX_FRAME_BYTES = 16 << 10;
    private static final int MAX_CHUNK_BYTES = 64 << 10;
    private static final int ACCEPT_BACKLOG = 4096;

    /** A client may cancel this many calls within the window; a Kubernetes API server cancels its watches by the thousand. */
    private static final int MAX_RESETS_PER_WINDOW = 20_000;

    private static final int RESET_WINDOW_SECONDS = 10;

    private final List<HttpServer> servers;
    private final int port;

    private ClientListener(List<HttpServer> servers, int port) {
        this.servers = servers;
        this.port = port;
    }

    /** A Vert.x that starts fast: no file cache, no class path scan. */
    public static Vertx newVertx(int eventLoops) {
        return Vertx.vertx(
                new VertxOptions()
                        .setEventLoopPoolSize(eventLoops)
                        .setFileSystemOptions(
                                new FileSystemOptions()
                                        .setFileCachingEnabled(false)
                                        .setClassPathResolvingEnabled(false)));
    }

    /**
     * Opens the port.
     *
     * @throws IOException when the address cannot be bound or a certificate cannot be read
     */
    public static ClientListener start(Vertx vertx, ListenerConfig config, ClientApi api)
            throws IOException {
        var servers = new ArrayList<HttpServer>();
        // Vert.x shares one socket among servers that name the same port, and takes a negative
        // number as the name of a free one.
        ListenerConfig shared =
                config.port() > 0 || config.isSocketFile()
                        ? config
                        : config.withPort(
                                -ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE));
        HttpServerOptions options = options(vertx, config);
        try {
            // A socket file belongs to one of them: it cannot be shared.
            int loops = config.isSocketFile() ? 1 : config.eventLoops();
            for (int i = 0; i < loops; i++) {
                servers.add(startOne((VertxInternal) vertx, shared, options, api));
            }
        } catch (IOException e) {
            closeAll(servers);
            throw e;
        }
        return new ClientListener(servers, servers.getFirst().actualPort());
    }

    /** The port that clients connect to. */
    public int port() {
        return port;
    }

    /** Closes the port and its connections. */
    @Override
    public void close() {
        closeAll(servers);
    }

    private static HttpServer startOne(
            VertxInternal vertx, ListenerConfig config, HttpServerOptions options, ClientApi api)
            throws IOException {
        ContextInternal context = vertx.createEventLoopContext();
        Promise<HttpServer> started = Promise.promise();
        context.runOnContext(_ -> listen(vertx, context, config, options, api).onComplete(started));
        return await(started.future(), config);
    }

    private static Future<HttpServer> listen(
            Vertx vertx,
            ContextInternal context,
            ListenerConfig config,
            HttpServerOptions options,
            ClientApi api) {
        var queue = new LoopQueue(context.nettyEventLoop());
        HttpServer server = vertx.createHttpServer(options);
        server.requestHandler(new Dated(InstantSource.system(), requestHandler(config, api)));
        server.connectionHandler(connection -> attach(connection, queue, config, api));
        return config.isSocketFile()
                ? server.listen(SocketAddress.domainSocketAddress(config.host()))
                : server.listen(config.port(), config.host());
    }

    private static Handler<HttpServerRequest> requestHandler(ListenerConfig config, ClientApi api) {
        return switch (config.traffic()) {
            case ALL, HTTP ->
                    new AccessControl(config.hostWhitelist(), config.corsOrigins(), api::handle);
            case METRICS -> api::handleMetrics;
            case GRPC -> Answers::notFound;
        };
    }

    private static void attach(
            HttpConnection connection, LoopQueue queue, ListenerConfig config, ClientApi api) {
        switch (config.traffic()) {
            case ALL, GRPC -> {
                Channel channel = ((ConnectionBase) connection).channel();
                api.grpc().attach(channel, queue, commonName(connection, config));
            }
            case HTTP, METRICS -> {}
        }
    }

    private static HttpServerOptions options(Vertx vertx, ListenerConfig config)
            throws IOException {
        var settings =
                new Http2Settings()
                        .setMaxConcurrentStreams(config.maxConcurrentStreams())
                        .setInitialWindowSize(STREAM_WINDOW_BYTES)
                        .setMaxFrameSize(MAX_FRAME_BYTES)
                        .setMaxHeaderListSize(MAX_HEADER_LIST_BYTES);
        var options =
                new HttpServerOptions()
                        .setInitialSettings(settings)
                        .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
                        .setHttp2RstFloodMaxRstFramePerWindow(MAX_RESETS_PER_WINDOW)
                        .setHttp2RstFloodWindowDuration(RESET_WINDOW_SECONDS)
                        .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
                        .setMaxHeaderSize(MAX_HEADER_LIST_BYTES)
                        .setMaxInitialLineLength(MAX_HEADER_LIST_BYTES)
                        .setMaxChunkSize(MAX_CHUNK_BYTES)
                        .setAcceptBacklog(ACCEPT_BACKLOG)
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true)
                        .setReuseAddress(true);
        TlsConfig tls = config.tls();
        if (tls != null) {
            options.setSsl(true)
                    .setSslEngineOptions(new WatchedHandshakes(log, "client"))
                    .setUseAlpn(true)
                    .setKeyCertOptions(FileKeys.open(vertx, tls.certificateFile(), tls.keyFile()));
            if (tls.trustedCaFile() != null) {
                options.setTrustOptions(
                        FileTrust.open(
                                vertx,
                                tls.trustedCaFile(),
                                tls.crlFile(),
                                certificate ->
                                        PeerNames.isValidForAny(
                                                certificate, tls.allowedHostnames())));
            }
            if (tls.requireClientCertificate()) {
                options.setClientAuth(ClientAuth.REQUIRED);
            }
            tls.cipherSuites().forEach(options::addEnabledCipherSuite);
            options.setEnabledSecureTransportProtocols(tls.protocols());
        }
        return options;
    }

    private static @Nullable String commonName(HttpConnection connection, ListenerConfig config) {
        TlsConfig tls = config.tls();
        SSLSession session = connection.sslSession();
        if (tls == null || !tls.commonNameIsUser() || session == null) {
            return null;
        }
        try {
            if (session.getPeerCertificates()[0] instanceof X509Certificate certificate) {
                return commonName(certificate);
            }
        } catch (SSLPeerUnverifiedException _) {
            // A client without a certificate has no name.
        }
        return null;
    }

    private static @Nullable String commonName(X509Certificate certificate) {
        try {
            var name = new LdapName(certificate.getSubjectX500Principal().getName());
            for (Rdn part : name.getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return part.getValue().toString();
                }
            }
        } catch (InvalidNameException e) {
            log.warn("a client certificate has an unreadable subject", "error", e);
        }
        return null;
    }

    private static HttpServer await(Future<HttpServer> started, ListenerConfig config)
            throws IOException {
        try {
            return started.toCompletionStage()
                    .toCompletableFuture()
                    .get(START_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new IOException(
                    cause instanceof BindException
                            ? ListenErrors.text(config.host(), config.port(), cause.getMessage())
                            : "listen " + config.host() + ":" + config.port() + ": " + cause,
                    cause);
        } catch (TimeoutException e) {
            throw new IOException("listen " + config.host() + ":" + config.port(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while opening a port", e);
        }
    }

    private static void closeAll(List<HttpServer> servers) {
        for (HttpServer server : servers) {
            try {
                server.close()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                log.warn("closing a port failed", "error", e);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
