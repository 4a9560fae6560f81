package dev.quorate.api.peer;

import dev.quorate.api.loop.LoopQueue;
import dev.quorate.api.tls.FileKeys;
import dev.quorate.log.Log;
import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.message.Message;
import dev.quorate.server.Transport;
import dev.quorate.server.config.Url;
import dev.quorate.server.metrics.ServerMetrics;
import dev.quorate.server.peer.Peer;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import dev.quorate.server.peer.PeerSide;
import dev.quorate.server.peer.SnapshotContent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The peer protocol as a {@link Transport}. Threads may call whatever they like; what follows happens on one event loop, or on guests where
 * the content of a snapshot is read or written.
 *
 * <p>Its ports are {@link PeerListener}s.
 */
public final class PeerTransport implements Transport {
    private static final Log log = Log.of(PeerTransport.class);

    /** Streams of all members that are open or being opened. */
    private static final int CONNECTIONS_MAX = 256;

    /** A member closes connections on which nothing happens for five seconds. */
    private static final int KEEP_ALIVE_SECONDS = 4;

    private static final long PROBE_MILLIS = 4000;

    /** Strangers remembered at most, for anybody may claim to be one. */
    private static final int STRANGERS_MAX = 64;

    /** Of the read timeout; a sign of life after each third keeps a stream alive. */
    private static final int LIVES_PER_TIMEOUT = 3;

    private final CompletableFuture<Vertx> vertx;
    private final PeerSettings settings;
    private final ServerMetrics.Network metrics;
    private final Executor guests;
    private final ConcurrentHashMap<Long, PeerLink> links = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Running running;
    private volatile @Nullable Clients clients;
    private volatile @Nullable PeerSide self;

    /** What exists once something has to be carried. */
    private record Running(VertxInternal vertx, ContextInternal context, LoopQueue queue) {}

    /** What exists once another member has to be reached; a lone member starts without. */
    private record Clients(HttpClient streams, HttpClient calls) {}

    /**
     * Opens nothing before it is needed.
     *
     * @param guests runs what may block
     */
    public PeerTransport(
            CompletableFuture<Vertx> vertx,
            PeerSettings settings,
            ServerMetrics.Network metrics,
            Executor guests) {
        this.vertx = vertx;
        this.settings = settings;
        this.metrics = metrics;
        this.guests = guests;
    }

    // ---- what the member calls

    @Override
    public void start(PeerSide side) {
        self = side;
    }

    @Override
    public void members(List<Peer> others) {
        if (others.isEmpty() && links.isEmpty()) {
            return;
        }
        running().context.runOnContext(_ -> follow(others));
    }

    @Override
    public void send(List<Message> messages) {
        for (Message message : messages) {
            PeerLink link = links.get(message.to());
            if (link != null) {
                link.send(message);
            }
        }
    }

    @Override
    public void sendSnapshot(InstallSnapshot message, SnapshotContent content) {
        PeerLink link = links.get(message.to());
        if (link == null) {
            content.close();
            self().snapshotSent(message.to(), false);
            return;
        }
        guests.execute(new SnapshotSender(this, link, message, content));
    }

    @Override
    public long connectedNanos(long memberId) {
        PeerLink link = links.get(memberId);
        return link == null ? NOT_CONNECTED : link.activeSince();
    }

    /** Whether both streams to a member are open, so that nothing waits for a connection. Any thread. */
    boolean isStreaming(long memberId) {
        PeerLink link = links.get(memberId);
        return link != null && link.isStreaming();
    }

    @Override
    public void call(
            long memberId, PeerRequest request, Duration limit, Consumer<PeerResponse> done) {
        PeerLink link = links.get(memberId);
        if (link == null) {
            done.accept(PeerResponse.NONE);
            return;
        }
        execute(() ->
                new Call(link.urls(), request, System.nanoTime() + limit.toNanos(), done).next(0));
    }

    @Override
    public PeerResponse ask(String url, PeerRequest request, Duration limit) throws IOException {
        Url address = Url.parse(url);
        var answer = new CompletableFuture<PeerResponse>();
        running()
                .context
                .runOnContext(_ ->
                        exchange(address, request, limit.toMillis())
                                .onSuccess(answer::complete)
                                .onFailure(answer::completeExceptionally));
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(url + request.path() + ": " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException(url + request.path() + ": no answer within " + limit, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + url, e);
        }
    }

    @Override
    public String resolve(String url) {
        Url address = Url.parse(url);
        if (address.isUnix() || address.host().equals("localhost")) {
            return address.text();
        }
        try {
            String host = InetAddress.getByName(address.host()).getHostAddress();
            return Url.of(address.scheme(), host, address.port()).text();
        } catch (UnknownHostException _) {
            return address.text();
        }
    }

    /** Ends all connections; nothing is carried any more. */
    public void close() {
        Running now = running;
        if (!closed.compareAndSet(false, true) || now == null) {
            return;
        }
        now.context.runOnContext(_ -> {
            links.values().forEach(PeerLink::stop);
            links.clear();
            Clients open = clients;
            if (open != null) {
                open.streams.close();
                open.calls.close();
            }
        });
    }

    // ---- on the loop

    private void follow(List<Peer> others) {
        if (closed.get()) {
            return;
        }
        Set<Long> ids = new HashSet<>();
        for (Peer peer : others) {
            ids.add(peer.id());
            List<Url> urls = parse(peer.urls());
            PeerLink link = links.get(peer.id());
            if (urls.isEmpty()) {
                log.warn(
                        "a member has no address that can be dialled",
                        "remote-peer-id",
                        Long.toHexString(peer.id()),
                        "urls",
                        peer.urls());
            } else if (link != null && !link.isStranger()) {
                link.urls(urls);
            } else {
                add(new PeerLink(peer.id(), urls, false, this, self()));
            }
        }
        links.values()
                .removeIf(link -> {
                    boolean goes = !ids.contains(link.id()) && !link.isStranger();
                    if (goes) {
                        link.stop();
                    }
                    return goes;
                });
    }

    private void add(PeerLink link) {
        PeerLink before = links.put(link.id(), link);
        if (before != null) {
            before.stop();
        }
        link.start();
    }

    /** Remembers where somebody is who says that he is a member: perhaps this one lags behind. */
    void remember(long id, List<String> urls) {
        List<Url> addresses = parse(urls);
        if (id == 0 || addresses.isEmpty() || links.containsKey(id) || closed.get()) {
            return;
        }
        long strangers = links.values().stream().filter(PeerLink::isStranger).count();
        if (strangers < STRANGERS_MAX) {
            add(new PeerLink(id, addresses, true, this, self()));
        }
    }

    boolean isClosed() {
        return closed.get();
    }

    @Nullable PeerLink link(long id) {
        return links.get(id);
    }

    private static List<Url> parse(List<String> texts) {
        List<Url> urls = new ArrayList<>();
        for (String text : texts) {
            try {
                Url url = Url.parse(text);
                if (!url.isUnix()) {
                    urls.add(url);
                }
            } catch (IllegalArgumentException e) {
                log.warn("cannot dial a peer address", "url", text, "error", e);
            }
        }
        return urls;
    }

    private void showLife() {
        links.values().forEach(PeerLink::showLife);
    }

    private void probe() {
        for (PeerLink link : links.values()) {
            if (link.isStranger()) {
                continue;
            }
            long start = System.nanoTime();
            String to = Long.toHexString(link.id());
            exchange(link.urls().getFirst(), PeerRequest.get("/raft/probing"), PROBE_MILLIS)
                    .onSuccess(_ ->
                            metrics.peerRoundTripTimeSeconds
                                    .with(to)
                                    .observeNanos(System.nanoTime() - start));
        }
    }

    /** A question that is put to one address after the other until somebody answers. */
    private final class Call {
        private final List<Url> urls;
        private final PeerRequest request;
        private final long deadlineNanos;
        private final Consumer<PeerResponse> done;

        Call(List<Url> urls, PeerRequest request, long deadlineNanos, Consumer<PeerResponse> done) {
            this.urls = urls;
            this.request = request;
            this.deadlineNanos = deadlineNanos;
            this.done = done;
        }

        void next(int at) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
            if (at >= urls.size() || left <= 0 || closed.get()) {
                done.accept(PeerResponse.NONE);
                return;
            }
            exchange(urls.get(at), request, left)
                    .onSuccess(done::accept)
                    .onFailure(_ -> next(at + 1));
        }
    }

    private Future<PeerResponse> exchange(Url url, PeerRequest question, long millis) {
        RequestOptions options =
                options(url, HttpMethod.valueOf(question.method()), question.path())
                        .setTimeout(Math.max(1, millis));
        return calls().request(options)
                .compose(request -> {
                    if (!question.clusterId().isEmpty()) {
                        request.putHeader(PeerHeaders.CLUSTER_ID, question.clusterId());
                    }
                    if (!question.authorization().isEmpty()) {
                        request.putHeader("Authorization", question.authorization());
                    }
                    return request.send(Buffer.buffer(question.body()));
                })
                .compose(response -> response.body().map(body -> response(response, body)));
    }

    private static PeerResponse response(HttpClientResponse response, Buffer body) {
        return new PeerResponse(
                response.statusCode(),
                text(response.getHeader("Content-Type")),
                "",
                text(response.getHeader(PeerHeaders.CLUSTER_ID)),
                PeerHeaders.index(response.getHeader(PeerHeaders.APPLIED_INDEX)),
                body.getBytes());
    }

    private static String text(@Nullable String header) {
        return header == null ? "" : header;
    }

    // ---- what the parts share

    PeerSide self() {
        PeerSide side = self;
        if (side == null) {
            throw new IllegalStateException("not started");
        }
        return side;
    }

    @Nullable PeerSide selfIfStarted() {
        return self;
    }

    PeerHandler handler() {
        return new PeerHandler(this, InstantSource.system());
    }

    PeerHeaders headers() {
        return new PeerHeaders(self(), settings.version());
    }

    ServerMetrics.Network metrics() {
        return metrics;
    }

    Executor guests() {
        return guests;
    }

    HttpClient streams() {
        return clients().streams;
    }

    HttpClient calls() {
        return clients().calls;
    }

    ContextInternal context() {
        return running().context;
    }

    void execute(Runnable task) {
        running().queue.execute(task);
    }

    void later(long millis, Runnable task) {
        Running now = running();
        now.vertx.setTimer(millis, _ -> task.run());
    }

    RequestOptions options(Url url, HttpMethod method, String path) {
        return new RequestOptions()
                .setMethod(method)
                .setHost(url.host())
                .setPort(url.port())
                .setSsl(url.isSecure())
                .setURI(path);
    }

    PeerSettings settings() {
        return settings;
    }

    private Running running() {
        Running now = running;
        return now != null ? now : open();
    }

    private synchronized Running open() {
        Running now = running;
        if (now != null) {
            return now;
        }
        var vertxNow = (VertxInternal) vertx.join();
        ContextInternal context = vertxNow.createEventLoopContext();
        now = new Running(vertxNow, context, new LoopQueue(context.nettyEventLoop()));
        running = now;
        return now;
    }

    private Clients clients() {
        Clients now = clients;
        return now != null ? now : connect();
    }

    private synchronized Clients connect() {
        Clients now = clients;
        if (now != null) {
            return now;
        }
        VertxInternal vertxNow = running().vertx;
        now =
                new Clients(
                        vertxNow.createHttpClient(
                                clientOptions()
                                        .setKeepAlive(false)
                                        .setReadIdleTimeout(
                                                Math.max(
                                                        1,
                                                        (int) settings.readTimeout().toSeconds())),
                                new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX)),
                        vertxNow.createHttpClient(
                                clientOptions().setKeepAliveTimeout(KEEP_ALIVE_SECONDS),
                                new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX)));
        clients = now;
        running()
                .context
                .runOnContext(_ -> {
                    vertxNow.setPeriodic(
                            settings.readTimeout().toMillis() / LIVES_PER_TIMEOUT, _ -> showLife());
                    vertxNow.setPeriodic(PROBE_MILLIS, _ -> probe());
                });
        return now;
    }

    private HttpClientOptions clientOptions() {
        var options =
                new HttpClientOptions()
                        .setConnectTimeout((int) settings.dialTimeout().toMillis())
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true)
                        .setUseAlpn(false);
        PeerTls tls = settings.tls();
        if (tls != null) {
            if (!tls.clientCertificateFile().isEmpty()) {
                options.setKeyCertOptions(
                        clientKeys(tls.clientCertificateFile(), tls.clientKeyFile()));
            }
            if (tls.anyServer()) {
                options.setTrustAll(true).setVerifyHost(false);
            } else if (!tls.trustedCaFile().isEmpty()) {
                options.setTrustOptions(new PemTrustOptions().addCertPath(tls.trustedCaFile()));
            }
            if (!tls.crlFile().isEmpty()) {
                options.addCrlPath(tls.crlFile());
            }
            tls.cipherSuites().forEach(options::addEnabledCipherSuite);
            options.setEnabledSecureTransportProtocols(tls.protocols());
        }
        return options;
    }

    private KeyCertOptions clientKeys(String certificateFile, String keyFile) {
        try {
            return FileKeys.open(running().vertx, certificateFile, keyFile);
        } catch (IOException e) {
            log.warn(
                    "failed to create client certificate",
                    "cert-file",
                    certificateFile,
                    "key-file",
                    keyFile,
                    "error",
                    String.valueOf(e.getMessage()));
            // Every call fails with the reason.
            return new PemKeyCertOptions().setCertPath(certificateFile).setKeyPath(keyFile);
        }
    }
}
