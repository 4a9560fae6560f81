package dev.quorate.client;

import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.client.rpc.StreamCall;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveRequest;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one lease alive: renews it at a third of its time, as etcd's client does, and when a member does not answer asks another one every
 * half second until the time that was last granted is over.
 *
 * <p>Has a thread of its own, which calls the listener. Closing it does not end the lease.
 */
public final class LeaseKeeper implements AutoCloseable {
    private static final Duration RETRY = Duration.ofMillis(500);

    /** How long the first renewal may take at one member, while the lease's time is not known yet. */
    private static final Duration FIRST_ATTEMPT = Duration.ofSeconds(2);

    private final Leases leases;
    private final long id;
    private final Listener listener;
    private @Nullable StreamCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> stream;
    private boolean closed;

    /** Hears of a lease. Called by the keeper's thread, one call at a time. */
    public interface Listener {
        /** It was renewed. */
        void renewed(LeaseKeepAliveResponse answer);

        /**
         * It is not kept alive any longer, because it has expired, was revoked, or the cluster refuses.
         *
         * @param last the answer that said that it is over; null if no member answered in time
         * @param failure the refusal; null if there was none
         */
        void ended(@Nullable LeaseKeepAliveResponse last, @Nullable RpcException failure);
    }

    LeaseKeeper(Leases leases, long id, Listener listener) {
        this.leases = leases;
        this.id = id;
        this.listener = listener;
        Thread.ofPlatform().name("etcd-lease-keeper").daemon(true).start(this::run);
    }

    private void run() {
        Deadline end = Deadline.never();
        Duration third = FIRST_ATTEMPT;
        while (!isClosed()) {
            LeaseKeepAliveResponse answer;
            try {
                answer = renew(end.atMost(third));
            } catch (RpcException e) {
                if (isClosed()) {
                    return;
                }
                // Silence within a third of the lease's time: perhaps another member answers.
                boolean silent = e.code() == Code.DEADLINE_EXCEEDED;
                boolean again = (e.code() == Code.UNAVAILABLE || silent) && !end.isOver();
                if (!again) {
                    close();
                    listener.ended(null, silent ? null : e);
                    return;
                }
                await(RETRY, end);
                continue;
            }
            if (answer.getTTL() <= 0) {
                close();
                listener.ended(answer, null);
                return;
            }
            Duration granted = Duration.ofSeconds(answer.getTTL());
            end = Deadline.in(granted);
            third = granted.dividedBy(3);
            listener.renewed(answer);
            await(third, end);
        }
    }

    /** One renewal, on the stream of the last one if it still is. */
    private LeaseKeepAliveResponse renew(Deadline end) {
        StreamCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> open = stream();
        try {
            if (open == null) {
                open = adopt(leases.keepAliveStream(end));
            }
            open.send(LeaseKeepAliveRequest.newBuilder().setID(id).build());
            LeaseKeepAliveResponse answer = open.next(end);
            if (answer == null) {
                throw new RpcException(Code.UNAVAILABLE, "EOF", "EOF", RpcException.Fate.UNKNOWN);
            }
            return answer;
        } catch (RpcException e) {
            if (open != null) {
                open.close();
            }
            drop();
            throw e;
        }
    }

    private synchronized @Nullable StreamCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse>
            stream() {
        return stream;
    }

    private synchronized StreamCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> adopt(
            StreamCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> opened) {
        stream = opened;
        if (closed) {
            opened.close();
        }
        return opened;
    }

    private synchronized void drop() {
        stream = null;
    }

    /** Waits that long, but not beyond the end, and not when closed. */
    private synchronized void await(Duration time, Deadline end) {
        Deadline until = Deadline.in(time);
        try {
            while (!closed && !until.isOver() && !end.isOver()) {
                wait(Math.max(1, Math.min(until.leftNanos(), end.leftNanos()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Stops renewing. The lease goes on until its time is over. */
    @Override
    public void close() {
        StreamCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> open;
        synchronized (this) {
            closed = true;
            open = stream;
            notifyAll();
        }
        if (open != null) {
            open.close();
        }
    }
}
