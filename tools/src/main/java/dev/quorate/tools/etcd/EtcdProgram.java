package dev.quorate.tools.etcd;

import dev.quorate.api.ClientApi;
import dev.quorate.api.ClientListener;
import dev.quorate.api.ListenerConfig;
import dev.quorate.log.Log;
import dev.quorate.metrics.Registry;
import dev.quorate.server.EtcdServer;
import dev.quorate.server.Transport;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.config.Url;
import dev.quorate.server.metrics.ServerMetrics;
import dev.quorate.storage.disk.RealDisk;
import dev.quorate.storage.engine.LmdbEngine;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    private final ServerConfig config;
    private final ExecutorService guests = Executors.newVirtualThreadPerTaskExecutor();
    private final List<ClientListener> listeners = new ArrayList<>();
    private final List<Runnable> served = new ArrayList<>();
    private final CompletableFuture<Optional<Throwable>> stopped = new CompletableFuture<>();
    private final CompletableFuture<Vertx> vertx;
    private final EtcdServer server;

    /** Tokens must not be guessed; made when the first one is drawn, since it takes time that a start does not have. */
    private static final class Secrets {
        static final SecureRandom RANDOM = new SecureRandom();
    }

    /** The event loops come up on a thread of their own while the files are read. */
    private EtcdProgram(ServerConfig config) throws Exception {
        this.config = config;
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
        this.server =
                EtcdServer.open(
                        config,
                        new EtcdServer.World(
                                new RealDisk(),
                                directory -> LmdbEngine.open(Path.of(directory)),
                                Transport.NONE,
                                System::nanoTime,
                                InstantSource.system(),
                                random,
                                secrets,
                                guests));
    }

    /** Starts a member and opens its ports once it is ready to serve. */
    static Program.Running start(EtcdOptions options) throws Exception {
        EtcdProgram program = new EtcdProgram(options.server());
        try {
            program.run();
        } catch (Exception e) {
            program.stop(Duration.ofSeconds(1));
            throw e;
        }
        return program;
    }

    private void run() throws Exception {
        server.failed().thenAccept(cause -> stopped.complete(Optional.of(cause)));
        server.start();
        listen();
        try {
            server.ready().get();
        } catch (ExecutionException e) {
            throw new StartException("etcdserver: " + reason(e.getCause()));
        }
        LOG.info("ready to serve client requests");
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
        Registry registry = new Registry();
        ServerMetrics metrics = new ServerMetrics(registry);
        ClientApi api =
                new ClientApi(server.services(), registry, metrics, ClientApi.Options.defaults());
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

    private void listen(Url url, ListenerConfig.Traffic traffic, ClientApi api, String shown)
            throws Exception {
        listeners.add(
                ClientListener.start(
                        vertx.get(),
                        ListenerConfig.plain(url.host(), url.port()).with(traffic),
                        api));
        served.add(() ->
                LOG.info(
                        "serving client traffic insecurely; this is strongly discouraged!",
                        "traffic",
                        shown,
                        "address",
                        url.host() + ":" + url.port()));
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

    @Override
    public void stop(Duration limit) {
        try {
            for (ClientListener listener : listeners) {
                listener.close();
            }
            server.close();
            vertx.thenAccept(Vertx::close);
            guests.shutdownNow();
            stopped.complete(Optional.empty());
        } catch (Exception e) {
            stopped.complete(Optional.of(e));
        }
    }
}
