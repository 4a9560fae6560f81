package dev.quorate.client.rpc;

import dev.quorate.client.http2.Http2Connection;
import dev.quorate.client.http2.Wire;
import dev.quorate.proto.error.Code;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections to the members, at most one each, made when they are needed.
 *
 * <p>Calls go round the members that are connected. While none is, members are dialled one after the other, a new one as soon as the last
 * failed or took longer than {@link #STAGGER}: a member that swallows packets does not hold up the others. Each connection has a thread, which
 * dials and then reads. All state is guarded by the monitor of this object.
 */
final class Connections {
    /** How long to wait for one member before the next is dialled beside it. */
    private static final Duration STAGGER = Duration.ofMillis(150);

    private static final Duration BACKOFF_MIN = Duration.ofMillis(100);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(5);

    private final Dialer dialer;
    private final int greetingMillis;
    private final Http2Connection.Pings pings;
    private final List<Slot> slots = new ArrayList<>();
    private int next;
    private long jitterState;
    private boolean closed;
    private String lastError = "";

    /** A member and what is known of the way to it. */
    private static final class Slot {
        final Endpoint endpoint;
        @Nullable Http2Connection connection;
        boolean dialling;
        long retryAtNanos;
        int failures;

        Slot(Endpoint endpoint, long now) {
            this.endpoint = endpoint;
            this.retryAtNanos = now;
        }

        @Nullable Http2Connection open() {
            Http2Connection current = connection;
            return current != null && current.isOpen() ? current : null;
        }

        boolean isDue(long now) {
            return !dialling && open() == null && retryAtNanos - now <= 0;
        }
    }

    /** A connection to a member, and the name under which it is called. */
    record Ready(Http2Connection connection, String authority) {}

    Connections(ChannelConfig config) {
        if (config.endpoints().isEmpty()) {
            throw new IllegalArgumentException("no endpoints");
        }
        this.dialer = new Dialer(config.dialTimeout(), config.tls());
        this.greetingMillis = Math.max(1, Dialer.millis(config.dialTimeout()));
        this.pings =
                new Http2Connection.Pings(
                        config.keepaliveTime().isZero()
                                ? 0
                                : Math.max(
                                        Dialer.millis(config.keepaliveTime()),
                                        Dialer.millis(ChannelConfig.KEEPALIVE_MIN)),
                        Math.max(1, Dialer.millis(config.keepaliveTimeout())));
        long now = System.nanoTime();
        for (Endpoint endpoint : config.endpoints()) {
            slots.add(new Slot(endpoint, now));
        }
        this.jitterState = config.seed();
        this.next = (int) Long.remainderUnsigned(random(), slots.size());
    }

    /** A fair choice for spreading load: SplitMix64. */
    private long random() {
        jitterState += 0x9e3779b97f4a7c15L;
        long mixed = (jitterState ^ (jitterState >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** Between 90 and 110 percent of it. */
    private long jittered(Duration time) {
        long nanos = time.toNanos();
        return nanos - nanos / 10 + Long.remainderUnsigned(random(), nanos / 5 + 1);
    }

    /**
     * A connection to some member.
     *
     * @throws RpcException if none could be reached before the deadline
     */
    synchronized Ready acquire(Deadline deadline) throws InterruptedException {
        long dialAgainAt = System.nanoTime();
        while (true) {
            if (closed) {
                throw new RpcException(
                        Code.CANCELLED,
                        "grpc: the client connection is closing",
                        "grpc: the client connection is closing",
                        RpcException.Fate.UNSENT);
            }
            Ready ready = pick();
            if (ready != null) {
                return ready;
            }
            long now = System.nanoTime();
            if (deadline.isOver()) {
                throw RpcException.late(
                        lastError.isEmpty()
                                ? "context deadline exceeded"
                                : "latest balancer error: connection error: desc = \""
                                        + lastError.replace("\\", "\\\\").replace("\"", "\\\"")
                                        + "\"",
                        RpcException.Fate.UNSENT);
            }
            if (dialAgainAt - now <= 0 || slots.stream().noneMatch(slot -> slot.dialling)) {
                dialNext(now);
                dialAgainAt = now + STAGGER.toNanos();
            }
            waitUntilAnything(deadline, dialAgainAt);
        }
    }

    /** The next connected member in turn. Members that are passed over because they are not connected are dialled on the side. */
    private @Nullable Ready pick() {
        long now = System.nanoTime();
        List<Slot> passed = new ArrayList<>(0);
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get((next + i) % slots.size());
            Http2Connection open = slot.open();
            if (open != null) {
                next = (next + i + 1) % slots.size();
                passed.forEach(this::dial);
                return new Ready(
                        open, slot.endpoint.isUnix() ? "localhost" : slot.endpoint.address());
            }
            if (slot.isDue(now)) {
                passed.add(slot);
            }
        }
        return null;
    }

    private void dialNext(long now) {
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get((next + i) % slots.size());
            if (slot.isDue(now)) {
                next = (next + i) % slots.size();
                dial(slot);
                return;
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the caller looks again
    private void waitUntilAnything(Deadline deadline, long dialAgainAt)
            throws InterruptedException {
        long now = System.nanoTime();
        long wake = deadline.nanos() - now;
        for (Slot slot : slots) {
            if (!slot.dialling) {
                wake = Math.min(wake, Math.max(slot.retryAtNanos - now, dialAgainAt - now));
            }
        }
        wait(Math.max(1, wake / 1_000_000));
    }

    private void dial(Slot slot) {
        slot.dialling = true;
        Thread.ofPlatform()
                .name("etcd-client " + slot.endpoint.address())
                .daemon(true)
                .start(() -> connectAndRead(slot));
    }

    /** The life of a connection's thread. */
    private void connectAndRead(Slot slot) {
        Http2Connection connection;
        Wire wire;
        try {
            wire = dialer.dial(slot.endpoint);
        } catch (IOException e) {
            failed(slot, String.valueOf(e.getMessage()));
            return;
        }
        try {
            connection = new Http2Connection(wire, pings);
            connection.greet();
        } catch (IOException e) {
            wire.close();
            failed(
                    slot,
                    "write tcp %s->%s: write: %s"
                            .formatted(wire.local(), wire.remote(), Dialer.words(e)));
            return;
        }
        boolean[] greeted = new boolean[1];
        String reason =
                connection.run(
                        greetingMillis,
                        () -> {
                            greeted[0] = true;
                            connected(slot, connection);
                        });
        if (!greeted[0]) {
            failed(slot, "error reading server preface: " + TlsSettings.alert(reason));
        }
        wake();
    }

    private synchronized void connected(Slot slot, Http2Connection connection) {
        slot.dialling = false;
        slot.failures = 0;
        slot.connection = connection;
        if (closed) {
            connection.close("the client is closed");
        }
        notifyAll();
    }

    private synchronized void failed(Slot slot, String error) {
        slot.dialling = false;
        double factor = Math.pow(1.6, Math.min(slot.failures++, 30));
        long wait = Math.min((long) (BACKOFF_MIN.toNanos() * factor), BACKOFF_MAX.toNanos());
        slot.retryAtNanos = System.nanoTime() + jittered(Duration.ofNanos(wait));
        lastError = error;
        notifyAll();
    }

    /** A connection has ended: whoever waits looks again. */
    private synchronized void wake() {
        notifyAll();
    }

    /** Waits about that long, at most until the deadline. */
    synchronized void pause(Duration time, Deadline deadline) throws InterruptedException {
        long end = System.nanoTime() + Math.min(jittered(time), deadline.leftNanos());
        while (!closed && end - System.nanoTime() > 0) {
            wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        }
    }

    synchronized void close() {
        closed = true;
        for (Slot slot : slots) {
            Http2Connection connection = slot.connection;
            if (connection != null) {
                connection.close("the client is closed");
            }
        }
        notifyAll();
    }
}
