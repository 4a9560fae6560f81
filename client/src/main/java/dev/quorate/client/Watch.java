package dev.quorate.client;

import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One watch: what happens to some keys, in the order of revisions, each event once, whatever becomes of members and connections.
 *
 * <p>Events wait here until they are taken. When {@link #WAITING_MAX} responses wait, the group's stream is not read further: the server then
 * holds back, and other watches of the same group wait as well. Taken by one thread at a time.
 */
public final class Watch implements AutoCloseable {
    /** How many responses may wait to be taken. */
    public static final int WAITING_MAX = 1024;

    private final WatchGroup group;
    private final WatchCreateRequest request;
    private final boolean ownsGroup;

    /** The rest is guarded by the monitor of this object. */
    private final Queue<WatchResponse> waiting = new ArrayDeque<>();

    private final List<Event> fragments = new ArrayList<>();
    private long nextRevision;
    private long createdRevision;
    private boolean created;
    private boolean closed;
    private boolean over;
    private @Nullable RpcException failure;

    /** Owned by the group: the id on the stream of now, or -1. */
    long id = -1;

    Watch(WatchGroup group, WatchCreateRequest request, boolean ownsGroup) {
        this.group = group;
        this.request = request;
        this.ownsGroup = ownsGroup;
        this.nextRevision = Math.max(0, request.getStartRevision());
    }

    /** The request with which to create it, or to create it again where the last event left off. */
    synchronized WatchCreateRequest creation() {
        fragments.clear();
        return request.toBuilder()
                .setStartRevision(nextRevision > 0 ? nextRevision : request.getStartRevision())
                .build();
    }

    /** The server has made it. */
    synchronized void created(WatchResponse answer) {
        if (!created) {
            created = true;
            createdRevision = answer.getHeader().getRevision();
        }
        if (nextRevision == 0) {
            nextRevision = answer.getHeader().getRevision() + 1;
        }
        notifyAll();
    }

    /** Something came for it. Waits while too much is waiting already. */
    synchronized void deliver(WatchResponse answer) throws InterruptedException {
        if (answer.getFragment()) {
            fragments.addAll(answer.getEventsList());
            return;
        }
        WatchResponse whole = whole(answer);
        boolean progress = answer.getEventsCount() == 0 && !answer.getCanceled();
        if (progress) {
            nextRevision = Math.max(nextRevision, answer.getHeader().getRevision() + 1);
        } else if (whole.getEventsCount() > 0) {
            Event last = whole.getEvents(whole.getEventsCount() - 1);
            nextRevision = last.getKv().getModRevision() + 1;
        } else if (!answer.getCanceled()) {
            return; // all of it was known already
        }
        while (waiting.size() >= WAITING_MAX && !closed) {
            wait();
        }
        if (!closed) {
            waiting.add(whole);
            over = answer.getCanceled();
            notifyAll();
        }
    }

    /** With the pieces that came before, and without events that were delivered before the stream broke. */
    private WatchResponse whole(WatchResponse answer) {
        List<Event> events = new ArrayList<>(fragments);
        fragments.clear();
        events.addAll(answer.getEventsList());
        if (events.size() == answer.getEventsCount() && !isBehind(events)) {
            return answer;
        }
        events.removeIf(event -> event.getKv().getModRevision() < nextRevision);
        return answer.toBuilder().clearEvents().addAllEvents(events).build();
    }

    private boolean isBehind(List<Event> events) {
        return !events.isEmpty() && events.getFirst().getKv().getModRevision() < nextRevision;
    }

    synchronized void fail(RpcException cause) {
        if (!over) {
            over = true;
            failure = cause;
            notifyAll();
        }
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /**
     * Waits until the server has made it, so that nothing that is written from now on can be missed.
     *
     * @return the revision of the store at that moment; 0 if the watch ended instead
     * @throws RpcException if no member could be asked before the deadline
     */
    public synchronized long awaitCreated(Deadline deadline) {
        try {
            while (!created && !over && !closed) {
                waitUntil(deadline);
            }
            if (failure != null) {
                throw failure;
            }
            return createdRevision;
        } catch (InterruptedException e) {
            throw RpcException.interrupted();
        }
    }

    /**
     * The next response: events, or progress where it has none. The last one says {@code canceled}.
     *
     * @return null when the watch is over or closed
     * @throws RpcException if the cluster refuses, or nothing came before the deadline
     */
    public synchronized @Nullable WatchResponse next(Deadline deadline) {
        try {
            while (waiting.isEmpty() && !over && !closed) {
                waitUntil(deadline);
            }
            WatchResponse answer = waiting.poll();
            if (answer == null && failure != null && !closed) {
                throw failure;
            }
            notifyAll();
            return answer;
        } catch (InterruptedException e) {
            throw RpcException.interrupted();
        }
    }

    /** The next response, whenever it comes. */
    public @Nullable WatchResponse next() {
        return next(Deadline.never());
    }

    @SuppressWarnings("WaitNotInLoop") // callers look again
    private void waitUntil(Deadline deadline) throws InterruptedException {
        if (deadline.isOver()) {
            throw RpcException.late("context deadline exceeded", RpcException.Fate.UNKNOWN);
        }
        wait(Math.max(1, deadline.leftNanos() / 1_000_000));
    }

    /** Ends the watch; what still waits is dropped. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            waiting.clear();
            notifyAll();
        }
        if (ownsGroup) {
            group.close();
        } else {
            group.cancel(this);
        }
    }
}
