package dev.quorate.tools.etcd;

import dev.quorate.api.ClientApi;
import dev.quorate.api.ClientListener;
import dev.quorate.api.ListenErrors;
import dev.quorate.api.ListenerConfig;
import dev.quorate.api.TlsConfig;
import dev.quorate.api.grpc.GrpcLimits;
import dev.quorate.api.peer.PeerListener;
import dev.quorate.api.peer.PeerSettings;
import dev.quorate.api.peer.PeerTls;
import dev.quorate.api.peer.PeerTransport;
import dev.quorate.api.tls.FileKeys;
import dev.quorate.api.tls.FileTrust;
import dev.quorate.log.Log;
import dev.quorate.metrics.Registry;
import dev.quorate.server.EtcdServer;
import dev.quorate.server.Versions;
import dev.quorate.server.config.Bootstrap;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.config.Tls;
import dev.quorate.server.config.Url;
import dev.quorate.server.config.Urls;
import dev.quorate.server.metrics.ServerMetrics;
import dev.quorate.storage.disk.RealDisk;
import dev.quorate.storage.engine.LmdbEngine;
import dev.quorate.store.member.JsonText;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The server as a program: one member on real files and real sockets. This is the wiring diagram. */
final class EtcdProgram implements Program.Running {
    private static final Log LOG = Log.of(EtcdProgram.class);

    /** What gRPC adds to the largest request: etcd's allowance for framing and metadata. */
    private static final int GRPC_OVERHEAD_BYTES = 512 * 1024;

    /** For a connection to another member, to which an election timeout is added, as etcd does. */
    private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(1);

    private final ServerConfig config;
    private final String commandLine;
    private final ExecutorService guests = Executors.newVirtualThreadPerTaskExecutor();
    private final List<ClientListener> listeners = new ArrayList<>();
    private final List<PeerListener> peerListeners = new ArrayList<>();
    private final List<Runnable> served = new ArrayList<>();
    private final CompletableFuture<Optional<Throwable>> stopped = new CompletableFuture<>();
    private final CompletableFuture<Vertx> vertx;
    private final Registry registry = new Registry();
    private final ServerMetrics metrics;
    private final @Nullable PeerTls peerTls;
    private final PeerTransport peers;
    private final EtcdServer server;

    /** Tokens must not be guessed; made when the first one is drawn, since it takes time that a start does not have. */
    private static final class Secrets {
        static final SecureRandom RANDOM = new SecureRandom();
    }

    /** The event loops come up on a thread of their own while the files are read. */
    private EtcdProgram(ServerConfig config, List<String> arguments) throws Exception {
        this.config = config;
        this.commandLine = commandLine(arguments);
        this.vertx = new CompletableFuture<>();
        Thread.ofPlatform()
                .name("event-loops-start")
                .daemon(true)
                .start(() ->
                        vertx.completeAsync(
                                () ->
                                        ClientListener.newVertx(
                                                Runtime.getRuntime().availableProcessors()),
                                Runnable::run));
        RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
        RandomGenerator secrets = () -> Secrets.RANDOM.nextLong();
        ServerMetrics metrics = new ServerMetrics(registry);
        this.metrics = metrics;
        this.peerTls = peerTls(config);
        this.peers =
                new PeerTransport(
                        vertx,
                        new PeerSettings(
                                peerTls,
                                Versions.SERVER,
                                DIAL_TIMEOUT.plus(config.raft().electionTimeout()),
                                config.raft().readTimeout()),
                        metrics.network,
                        guests);
        this.server =
                EtcdServer.open(
                        config,
                        new EtcdServer.World(
                                new RealDisk(),
                                directory -> LmdbEngine.open(Path.of(directory)),
                                peers,
                                System::nanoTime,
                                InstantSource.system(),
                                random,
                                secrets,
                                guests),
                        metrics);
    }

    /**
     * Starts a member and opens its ports once it is ready to serve.
     *
     * @param arguments as typed, for {@code /debug/vars}
     */
    static Program.Running start(EtcdOptions options, List<String> arguments) throws Exception {
        requireServable(options);
        requireFreePorts(options.server().urls());
        TlsNames.suites(options.server().clientTls().cipherSuites());
        long threshold = options.server().storage().bootstrapDefragThresholdMegabytes();
        if (threshold > 0) {
            LOG.info(
                    "Skipping defragmentation",
                    "bootstrap-defrag-threshold-bytes",
                    threshold << 20,
                    "reason",
                    "freed pages are used again");
        }
        EtcdProgram program = new EtcdProgram(options.server(), arguments);
        try {
            program.run();
        } catch (Exception e) {
            program.stop(Duration.ofSeconds(1));
            throw e;
        }
        return program;
    }

    /** What is understood but not there is refused before anything is written. */
    private static void requireServable(EtcdOptions options) throws StartException {
        if (options.proxy().mode() != ProxyOptions.Mode.OFF) {
            throw new StartException(
                    "the v2 proxy is not part of this version; start it without --proxy");
        }
        Bootstrap bootstrap = options.server().bootstrap();
        if (bootstrap.initialCluster().isEmpty() && !Files.isDirectory(options.server().walDir())) {
            throw new StartException(
                    "discovery is not part of this version; list the members in --initial-cluster");
        }
    }

    /** Whoever cannot listen leaves no trace on the disk. The real sockets follow when the member is ready for them. */
    private static void requireFreePorts(Urls urls) throws IOException {
        // One port may offer gRPC and HTTP to clients, in whichever list it stands.
        Set<Url> clients = new LinkedHashSet<>(urls.listenClient());
        clients.addAll(urls.listenClientHttp());
        Set<String> taken = new HashSet<>();
        for (Collection<Url> some : List.of(urls.listenPeer(), clients, urls.listenMetrics())) {
            for (Url url : some) {
                if (url.isUnix()) {
                    continue;
                }
                ListenErrors.requireFree(url.host(), url.port());
                if (url.port() != 0 && !taken.add(url.host() + ":" + url.port())) {
                    throw ListenErrors.taken(url.host(), url.port());
                }
            }
        }
    }

    /** A JSON array of the program's name and its arguments. */
    private static String commandLine(List<String> arguments) {
        List<String> words = new ArrayList<>();
        words.add("etcd");
        words.addAll(arguments);
        return JsonText.quoted(words);
    }

    private void run() throws Exception {
        server.failed().thenAccept(cause -> stopped.complete(Optional.of(cause)));
        server.start();
        LOG.info(
                "now serving peer/client/metrics",
                "local-member-id",
                Long.toHexString(server.memberId()),
                "initial-advertise-peer-urls",
                config.urls().advertisePeer(),
                "listen-peer-urls",
                config.urls().listenPeer(),
                "advertise-client-urls",
                config.urls().advertiseClient(),
                "listen-client-urls",
                config.urls().listenClient(),
                "listen-metrics-urls",
                config.urls().listenMetrics());
        listenToPeers();
        listen();
        try {
            server.ready().get();
        } catch (ExecutionException e) {
            throw new StartException("etcdserver: " + reason(e.getCause()));
        }
        LOG.info("ready to serve client requests");
        LOG.info("grpc service status changed", "service", "", "status", "SERVING");
        served.forEach(Runnable::run);
    }

    private static String reason(@Nullable Throwable failure) {
        if (failure == null) {
            return "stopped";
        }
        Throwable cause = failure.getCause();
        return failure.getMessage() + (cause == null ? "" : ": " + cause.getMessage());
    }

    /** The ports open before the member has a leader: what arrives early waits, as it would during an election. */
    private void listen() throws Exception {
        ClientApi api = new ClientApi(server.services(), registry, metrics, options());
        boolean split = !config.urls().listenClientHttp().isEmpty();
        for (Url url : config.urls().listenClient()) {
            listen(
                    url,
                    split ? ListenerConfig.Traffic.GRPC : ListenerConfig.Traffic.ALL,
                    api,
                    split ? "grpc" : "grpc+http");
        }
        for (Url url : config.urls().listenClientHttp()) {
            listen(url, ListenerConfig.Traffic.HTTP, api, "http");
        }
        for (Url url : config.urls().listenMetrics()) {
            listen(url, ListenerConfig.Traffic.METRICS, api, "metrics");
        }
    }

    private void listenToPeers() throws Exception {
        for (Url url : config.urls().listenPeer()) {
            if (url.isUnix()) {
                throw new StartException("listen " + url + ": unix sockets are not supported");
            }
            if (url.isSecure() && peerTls == null) {
                throw new StartException(
                        "cannot listen on TLS for "
                                + url.host()
                                + ":"
                                + url.port()
                                + ": KeyFile and CertFile are not presented");
            }
            peerListeners.add(
                    PeerListener.start(
                            peers, url.host(), url.port(), url.isSecure() ? peerTls : null));
        }
    }

    /** Null where members speak in plain text. */
    private static @Nullable PeerTls peerTls(ServerConfig config)
            throws IOException, StartException {
        Tls tls = config.peerTls();
        boolean hasFiles = !tls.certFile().isEmpty() && !tls.keyFile().isEmpty();
        if (!hasFiles && !(tls.certFile() + tls.keyFile()).isEmpty()) {
            throw new StartException(halfPair(tls));
        }
        if (!hasFiles && !tls.autoTls()) {
            return null;
        }
        String certificate = tls.certFile();
        String key = tls.keyFile();
        if (!hasFiles) {
            SelfSigned made =
                    SelfSigned.in(
                            config.dataDir().resolve("fixtures").resolve("peer"),
                            config.urls().listenPeer(),
                            tls.selfSignedValidityYears());
            certificate = made.certificateFile().toString();
            key = made.keyFile().toString();
        }
        boolean hasClientFiles = !tls.clientCertFile().isEmpty();
        return new PeerTls(
                certificate,
                key,
                hasClientFiles ? tls.clientCertFile() : certificate,
                hasClientFiles ? tls.clientKeyFile() : key,
                tls.trustedCaFile(),
                tls.crlFile(),
                hasFiles && (tls.clientCertAuth() || !tls.trustedCaFile().isEmpty()),
                !hasFiles,
                new PeerTls.Names(
                        tls.allowedCommonNames(),
                        tls.allowedHostnames(),
                        !tls.skipClientSanVerification()),
                TlsNames.suites(tls.cipherSuites()),
                TlsNames.protocols(tls.minVersion(), tls.maxVersion()));
    }

    private ClientApi.Options options() {
        var http = config.http();
        return new ClientApi.Options(
                new GrpcLimits(
                        config.limits().maxRequestBytes() + GRPC_OVERHEAD_BYTES,
                        http.keepaliveMinTime().toMillis(),
                        http.keepaliveInterval().toMillis(),
                        http.keepaliveTimeout().toMillis()),
                http.enableGateway(),
                http.extensiveMetrics(),
                Map.of("cmdline", () -> commandLine),
                List.of());
    }

    private void listen(Url url, ListenerConfig.Traffic traffic, ClientApi api, String shown)
            throws Exception {
        if (url.isUnix()) {
            // A member that was killed leaves its file behind; as in etcd, the next one takes it
            // over.
            Files.deleteIfExists(Path.of(url.host()));
        }
        TlsConfig tls = url.isSecure() ? clientTls() : null;
        listeners.add(
                ClientListener.start(
                        vertx.get(),
                        new ListenerConfig(
                                url.host(),
                                url.isUnix() ? ListenerConfig.SOCKET_FILE : url.port(),
                                traffic,
                                tls,
                                Runtime.getRuntime().availableProcessors(),
                                config.limits().maxConcurrentStreams(),
                                config.http().hostWhitelist(),
                                config.http().cors()),
                        api));
        served.add(() ->
                LOG.info(
                        tls == null
                                ? "serving client traffic insecurely; this is strongly discouraged!"
                                : "serving client traffic securely",
                        "traffic",
                        shown,
                        "address",
                        url.isUnix() ? url.host() : url.host() + ":" + url.port()));
    }

    /** Files that are of no use end the start before the port opens. */
    private void requireUsable(String certificate, String key, String authorities)
            throws ListenerException, ExecutionException, InterruptedException {
        try {
            FileKeys.check(vertx.get(), certificate, key);
            if (!authorities.isEmpty()) {
                FileTrust.check(authorities);
            }
        } catch (IOException e) {
            throw new ListenerException(String.valueOf(e.getMessage()), e);
        }
    }

    private static String halfPair(Tls tls) {
        return "KeyFile and CertFile must both be present[key: %s, cert: %s]"
                .formatted(tls.keyFile(), tls.certFile());
    }

    /** As in etcd, who names authorities wants certificates of clients, with or without {@code --client-cert-auth}. */
    private TlsConfig clientTls()
            throws IOException,
                    ListenerException,
                    StartException,
                    ExecutionException,
                    InterruptedException {
        Tls tls = config.clientTls();
        boolean hasFiles = !tls.certFile().isEmpty() && !tls.keyFile().isEmpty();
        if (!hasFiles && !(tls.certFile() + tls.keyFile()).isEmpty()) {
            throw new ListenerException(halfPair(tls));
        }
        String certificate = tls.certFile();
        String key = tls.keyFile();
        if (hasFiles) {
            requireUsable(certificate, key, tls.trustedCaFile());
        } else {
            List<Url> urls = new ArrayList<>(config.urls().listenClient());
            urls.addAll(config.urls().listenClientHttp());
            SelfSigned made =
                    SelfSigned.in(
                            config.dataDir().resolve("fixtures").resolve("client"),
                            urls,
                            tls.selfSignedValidityYears());
            certificate = made.certificateFile().toString();
            key = made.keyFile().toString();
        }
        boolean hasAuthorities = hasFiles && !tls.trustedCaFile().isEmpty();
        return new TlsConfig(
                certificate,
                key,
                hasAuthorities ? tls.trustedCaFile() : null,
                hasFiles && (tls.clientCertAuth() || hasAuthorities),
                tls.clientCertAuth(),
                tls.crlFile().isEmpty() ? null : tls.crlFile(),
                tls.allowedHostnames(),
                TlsNames.suites(tls.cipherSuites()),
                TlsNames.protocols(tls.minVersion(), tls.maxVersion()));
    }

    @Override
    public void awaitReady() {}

    @Override
    public Optional<Throwable> awaitStopped() throws InterruptedException {
        try {
            return stopped.get();
        } catch (ExecutionException e) {
            return Optional.of(e);
        }
    }

    private Object[] described() {
        return new Object[] {
            "name",
            config.name(),
            "data-dir",
            config.dataDir(),
            "advertise-peer-urls",
            config.urls().advertisePeer(),
            "advertise-client-urls",
            config.urls().advertiseClient()
        };
    }

    @Override
    public void stop(Duration limit) {
        try {
            LOG.info("closing etcd server", described());
            server.handOver(limit.dividedBy(2));
            for (ClientListener listener : listeners) {
                listener.close();
            }
            for (PeerListener listener : peerListeners) {
                listener.close();
            }
            peers.close();
            server.close();
            LOG.info("closed etcd server", described());
            vertx.thenAccept(Vertx::close);
            guests.shutdownNow();
            stopped.complete(Optional.empty());
        } catch (Exception e) {
            stopped.complete(Optional.of(e));
        }
    }
}
