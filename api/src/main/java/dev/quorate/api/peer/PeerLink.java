package dev.quorate.api.peer;

import dev.quorate.log.Log;
import dev.quorate.metrics.Counter;
import dev.quorate.raft.message.AppendEntries;
import dev.quorate.raft.message.Message;
import dev.quorate.raft.message.Propose;
import dev.quorate.server.Transport;
import dev.quorate.server.config.Url;
import dev.quorate.server.peer.PeerSide;
import dev.quorate.server.peer.StreamKind;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Everything that leads to one other member. {@link #send} may be called on any thread, the rest on the loop.
 *
 * <p>A stranger, which is no member as far as this one knows, is only answered by the pipeline; nobody dials it.
 */
final class PeerLink {
    private static final Log log = Log.of(PeerLink.class);

    private final long id;
    private final boolean isStranger;
    private final PeerTransport transport;
    private final PeerSide self;
    private final String selfText;
    private final String text;
    private final StreamWriter appends;
    private final StreamWriter messages;
    private final StreamReader appendReader;
    private final StreamReader messageReader;
    private final Pipeline pipeline;
    private final Counter receivedBytes;
    private final AtomicBoolean flushing = new AtomicBoolean();
    private final Runnable flush = this::flush;
    private List<Url> urls;
    private int picked;
    private int refusals;
    private boolean stopped;
    private volatile long activeSince = Transport.NOT_CONNECTED;

    PeerLink(long id, List<Url> urls, boolean isStranger, PeerTransport transport, PeerSide self) {
        this.id = id;
        this.urls = urls;
        this.isStranger = isStranger;
        this.transport = transport;
        this.self = self;
        this.selfText = Long.toHexString(self.memberId());
        this.text = Long.toHexString(id);
        Counter sent = transport.metrics().peerSentBytes.with(text);
        this.receivedBytes = transport.metrics().peerReceivedBytes.with(text);
        this.appends = new StreamWriter(StreamKind.APPEND, this::dropped, sent);
        this.messages = new StreamWriter(StreamKind.MESSAGE, this::dropped, sent);
        this.appendReader = new StreamReader(StreamKind.APPEND, this, transport, self);
        this.messageReader = new StreamReader(StreamKind.MESSAGE, this, transport, self);
        this.pipeline = new Pipeline(this, transport);
    }

    void start() {
        if (isStranger) {
            return;
        }
        log.info("started remote peer", "remote-peer-id", text);
        transport.metrics().knownPeers.with(selfText, text).set(1);
        appendReader.dial();
        messageReader.dial();
    }

    void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        appendReader.stop();
        messageReader.stop();
        appends.close();
        messages.close();
        if (!isStranger) {
            if (activeSince != Transport.NOT_CONNECTED) {
                inactive("the link was stopped");
            }
            transport.metrics().knownPeers.with(selfText, text).set(0);
            log.info("stopped remote peer", "remote-peer-id", text);
        }
    }

    long id() {
        return id;
    }

    boolean isStranger() {
        return isStranger;
    }

    boolean isStreaming() {
        return appends.isAttached() && messages.isAttached();
    }

    long activeSince() {
        return activeSince;
    }

    List<Url> urls() {
        return urls;
    }

    void urls(List<Url> next) {
        urls = next;
        picked = 0;
    }

    /** The other member under the address that works, as far as known. */
    RequestOptions target(HttpMethod method, String path) {
        return transport.options(urls.get(picked % urls.size()), method, path);
    }

    void tryNextUrl() {
        picked = (picked + 1) % urls.size();
    }

    /** A connection came about, or not; once all addresses refuse and no stream is left, the other process is gone. */
    void dialled(boolean refused) {
        refusals = refused ? refusals + 1 : 0;
        if (refusals >= urls.size()
                && !stopped
                && !appendReader.isReading()
                && !messageReader.isReading()) {
            self.gone(id);
        }
    }

    void unreachable() {
        if (!isStranger && !stopped) {
            transport.metrics().peerSentFailures.with(text).increment();
            self.unreachable(id);
        }
    }

    /** A message was not sent, and will not be. Any thread. */
    void dropped(Message message) {
        unreachable();
        if (message instanceof Propose propose) {
            self.undelivered(propose);
        }
    }

    void attach(StreamKind kind, HttpServerResponse response) {
        (kind == StreamKind.APPEND ? appends : messages).attach(response);
        log.info(
                "established TCP streaming connection with remote peer",
                "stream-writer-type",
                kind.shown(),
                "local-member-id",
                selfText,
                "remote-peer-id",
                text);
    }

    void showLife() {
        appends.showLife();
        messages.showLife();
    }

    /** Sends by the best way there is; a message that finds no room is dropped. Any thread. */
    void send(Message message) {
        boolean taken;
        if (message instanceof AppendEntries && appends.isAttached()) {
            taken = appends.offer(message);
        } else if (messages.isAttached()) {
            taken = messages.offer(message);
        } else {
            taken = pipeline.offer(message);
        }
        if (!taken) {
            dropped(message);
        } else if (flushing.compareAndSet(false, true)) {
            transport.execute(flush);
        }
    }

    private void flush() {
        flushing.set(false);
        messages.flush();
        appends.flush();
        pipeline.flush();
    }

    void received(int bytes) {
        receivedBytes.add(bytes);
    }

    void connected(StreamKind kind) {
        log.info(
                "established TCP streaming connection with remote peer",
                "stream-reader-type",
                kind.shown(),
                "local-member-id",
                selfText,
                "remote-peer-id",
                text);
        if (activeSince == Transport.NOT_CONNECTED) {
            activeSince = System.nanoTime();
            transport.metrics().activePeers.with(selfText, text).increment();
            log.info("peer became active", "peer-id", text);
        }
    }

    void disconnected(StreamKind kind, String why) {
        transport.metrics().peerReceivedFailures.with(text).increment();
        log.warn(
                "lost TCP streaming connection with remote peer",
                "stream-reader-type",
                kind.shown(),
                "local-member-id",
                selfText,
                "remote-peer-id",
                text,
                "error",
                why);
        if (activeSince != Transport.NOT_CONNECTED
                && !appendReader.isReading()
                && !messageReader.isReading()) {
            inactive(why);
        }
    }

    private void inactive(String why) {
        activeSince = Transport.NOT_CONNECTED;
        transport.metrics().activePeers.with(selfText, text).decrement();
        transport.metrics().disconnectedPeers.with(selfText, text).increment();
        log.warn(
                "peer became inactive (message send to peer failed)",
                "peer-id",
                text,
                "error",
                why);
    }
}
