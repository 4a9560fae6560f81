package dev.quorate.server.watch;

import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.WatchRequest;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Inlet;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream with its watches. The {@link Inlet} methods run on the transport's thread and only hand over; everything else
 * belongs to the hub's thread.
 */
final class WatchStream implements Inlet<WatchRequest> {
    private final WatchHub hub;
    private final Call call;
    private final WatchGate gate;
    private final Outlet outlet;
    private final PendingBudget budget;

    /** Transport's thread: true after the client has sent more than may wait. */
    private boolean flooded;

    /** Weight of requests that were handed over and not yet handled. */
    private final AtomicLong requestBytes = new AtomicLong();

    private final HashMap<Long, Watcher> watchers = new HashMap<>();

    /** Ids of watches that a compaction has ended. They stay in use until the client cancels them, as clients do. */
    private final HashSet<Long> compacted = new HashSet<>();

    private final ArrayDeque<WatchRequests> requests = new ArrayDeque<>();
    private final ArrayDeque<Payload> pending = new ArrayDeque<>();
    private ArrayList<Watcher> parked = new ArrayList<>();
    private long pendingBytes;
    private long nextId;
    private boolean awaitingWritable;

    /** Set while the hub has the stream in its list of streams with requests to handle. */
    boolean ready;

    boolean closed;

    /** How many of {@link #watchers} are not synced. */
    int behind;

    /** Progress requests that wait for the hub to reach {@link #progressTarget}. */
    int progressRequests;

    long progressTarget;

    /** When the progress clock looks next, and how often; valid while {@link #ticking}. */
    boolean ticking;

    long tickAtNanos;
    long tickEveryNanos;
    final long serial;

    WatchStream(
            WatchHub hub,
            Call call,
            WatchGate gate,
            Outlet outlet,
            PendingBudget budget,
            long serial) {
        this.hub = hub;
        this.call = call;
        this.gate = gate;
        this.outlet = outlet;
        this.budget = budget;
        this.serial = serial;
    }

    // ---- transport's thread

    @Override
    public void next(WatchRequest request) {
        var asked = read(request);
        if (asked == null || flooded) {
            return;
        }
        flooded = !hub.requested(this, asked, requestBytes.addAndGet(asked.costBytes()));
    }

    @Override
    public void halfClosed() {
        // The watches go on: a client that has asked for everything may close its side.
    }

    @Override
    public void cancelled() {
        hub.cancelled(this);
    }

    private @Nullable WatchRequests read(WatchRequest request) {
        var asked = WatchRequests.of(request);
        if (!(asked instanceof WatchRequests.Create create) || create.startRevision() < 0) {
            return asked;
        }
        var refusal = gate.refusal(call, create.range().key(), create.range().rangeEnd());
        return refusal == null
                ? create
                : WatchRequests.create(request.getCreateRequest(), refusal.goText());
    }

    // ---- hub's thread

    boolean requiresLeader() {
        return call.requireLeader();
    }

    void enqueue(WatchRequests request) {
        requests.add(request);
    }

    /** The next request, when the client reads its answers. */
    @Nullable WatchRequests nextRequest() {
        if (!canSend()) {
            awaitWritable();
            return null;
        }
        var request = requests.poll();
        if (request != null) {
            requestBytes.addAndGet(-request.costBytes());
        }
        return request;
    }

    boolean hasRequests() {
        return !requests.isEmpty();
    }

    @Nullable Watcher watcher(long id) {
        return watchers.get(id);
    }

    Iterable<Watcher> watchers() {
        return watchers.values();
    }

    int watcherCount() {
        return watchers.size();
    }

    void add(Watcher watcher) {
        watchers.put(watcher.id(), watcher);
    }

    void remove(Watcher watcher) {
        watchers.remove(watcher.id());
    }

    /** A compaction has ended the watch. */
    void compacted(Watcher watcher) {
        remove(watcher);
        compacted.add(watcher.id());
    }

    /** Frees the id of a watch that a compaction has ended; false if there was none. */
    boolean forget(long id) {
        return compacted.remove(id);
    }

    boolean inUse(long id) {
        return watchers.containsKey(id) || compacted.contains(id);
    }

    /** True when there are watches and all have heard everything up to a revision: none is behind, none begins later. */
    boolean complete(long revision) {
        return behind == 0
                && !watchers.isEmpty()
                && watchers.values().stream()
                        .allMatch(watcher -> watcher.startRevision() <= revision);
    }

    /** The smallest id that was never given out by this counter and is not in use. */
    long freeId() {
        while (inUse(nextId)) {
            nextId++;
        }
        return nextId++;
    }

    /** True when nothing waits and the client reads. */
    boolean canSend() {
        return pending.isEmpty() && outlet.isWritable();
    }

    /** Sends an answer; it waits behind what is queued. Only asked for while {@link #canSend()}, but for one turn of the hub. */
    void control(Payload payload) {
        if (pending.isEmpty()) {
            outlet.send(payload);
        } else {
            queue(payload);
        }
    }

    /**
     * Sends or queues one response, which may have parts.
     *
     * @return false when the client does not read and the budget is used up: nothing was sent
     */
    boolean offer(List<WatchPayload> parts) {
        if (canSend()) {
            for (var part : parts) {
                outlet.send(part);
                budget.sentEvents += part.events();
            }
            return true;
        }
        awaitWritable();
        long size = 0;
        for (var part : parts) {
            size += part.sizeBytes();
        }
        if (!budget.fits(pendingBytes, size)) {
            return false;
        }
        parts.forEach(this::queue);
        return true;
    }

    void park(Watcher watcher) {
        parked.add(watcher);
        awaitWritable();
    }

    /** Sends what waits as long as the client reads; true when nothing waits any more. */
    boolean drain() {
        awaitingWritable = false;
        while (!pending.isEmpty() && outlet.isWritable()) {
            var payload = pending.remove();
            account(payload, -1);
            if (payload instanceof WatchPayload events) {
                budget.sentEvents += events.events();
            }
            outlet.send(payload);
        }
        if (!canSend()) {
            awaitWritable();
            return false;
        }
        return true;
    }

    /** The cursors that waited for the client to read; they wait no longer. */
    List<Watcher> unpark() {
        if (parked.isEmpty()) {
            return List.of();
        }
        var resumed = parked;
        parked = new ArrayList<>();
        return resumed;
    }

    /** Ends the stream; its watches are the hub's to close. */
    void end(StatusException status) {
        closed = true;
        pending.forEach(payload -> account(payload, -1));
        pending.clear();
        requests.clear();
        parked.clear();
        watchers.clear();
        outlet.fail(status);
    }

    private void awaitWritable() {
        if (!awaitingWritable) {
            awaitingWritable = true;
            outlet.onWritable(() -> hub.writable(this));
        }
    }

    private void queue(Payload payload) {
        account(payload, 1);
        pending.add(payload);
    }

    private void account(Payload payload, int sign) {
        long size = payload.sizeBytes();
        pendingBytes += sign * size;
        budget.add(sign * size);
        if (payload instanceof WatchPayload events) {
            budget.pendingEvents += (long) sign * events.events();
        }
    }
}
