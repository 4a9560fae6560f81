package dev.quorate.server.watch;

import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.WatchRequest;
import dev.quorate.server.loop.Mailbox;
import dev.quorate.server.loop.Worker;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Inlet;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.watch.PublishRing.Batch;
import dev.quorate.store.mvcc.Change;
import dev.quorate.store.mvcc.History;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Takes applied changes from the apply thread and brings them to every watch that wants them. All state belongs to the thread
 * {@code watch}, which {@link #start()} starts; the public methods only hand over to it.
 */
public final class WatchHub implements AutoCloseable {
    private static final String EMPTY_RANGE = "mvcc: watcher range is empty";
    private static final String DUPLICATE_ID =
            "mvcc: duplicate watch ID provided on the WatchStream";

    /** Changes matched and delivered together when the hub finds several batches waiting. */
    private static final int CHANGES_PER_TURN = 1000;

    private static final int COMMANDS_PER_TURN = 4096;
    private static final int REQUESTS_PER_TURN = 256;

    /** How long to wait when history lags behind what was published. */
    private static final long RETRY_NANOS = 1_000_000;

    private final History history;
    private final WatchOptions options;
    private final LongSupplier nanoClock;
    private final PublishRing ring;
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final AtomicLong serials = new AtomicLong();

    // Apply thread to hub.
    private long lastPublished;
    private volatile long published;

    /** The newest revision that did not go through the ring; the hub has to read it from history. */
    private volatile long missed;

    /** False lets the apply thread skip the ring altogether. */
    private volatile boolean watched;

    // Hub's thread only.
    private final WatchIndex index;
    private final CatchUp catchUp;
    private final ProgressClock progressClock;
    private final Responses responses;
    private final PendingBudget budget;
    private final LinkedHashSet<WatchStream> streams = new LinkedHashSet<>();
    private final ArrayDeque<WatchStream> ready = new ArrayDeque<>();
    private final ArrayList<WatchStream> awaitingProgress = new ArrayList<>();
    private final ArrayList<Change> gathered = new ArrayList<>();
    private final ArrayList<WatchGroup> matched = new ArrayList<>();
    private final ArrayList<WatchGroup> touched = new ArrayList<>();
    private final Stride replayStride;
    private long processed;
    private long watcherCount;
    private long slowCount;

    /** True when the last look at history for missing revisions brought nothing. */
    private boolean stalled;

    private volatile boolean terminated;
    private volatile boolean stopping;
    private volatile boolean parked;
    private volatile @Nullable Thread thread;
    private volatile Counters counters = new Counters(0, 0, 0, 0, 0);

    private record Counters(
            long streams, long watchers, long slowWatchers, long pendingEvents, long eventsTotal)
            implements WatchCounters {}

    /**
     * @param history where cursors read; its current revision at this moment is where the hub begins
     * @param random spreads progress notifications
     * @param nanoClock the clock of {@link System#nanoTime()}
     */
    public WatchHub(
            History history,
            WatchIdentity identity,
            WatchOptions options,
            RandomGenerator random,
            LongSupplier nanoClock) {
        this.history = history;
        this.options = options;
        this.nanoClock = nanoClock;
        this.ring = new PublishRing(options.ringBatches(), options.ringBytesMax());
        this.index = new WatchIndex(random);
        this.catchUp = new CatchUp(history, this);
        this.progressClock = new ProgressClock(options.progressIntervalNanos(), random);
        this.responses = new Responses(identity, options.fragmentBytesMax());
        this.budget =
                new PendingBudget(options.streamPendingBytesMax(), options.hubPendingBytesMax());
        this.replayStride = new Stride(options.catchUpRevisions());
        this.processed = history.currentRevision();
        this.lastPublished = processed;
        this.published = processed;
        this.missed = processed;
    }

    /** Starts the thread {@code watch}. A failure on it (broken history) ends all streams and goes to the thread's handler. */
    public void start() {
        var owner = Thread.ofPlatform().name("watch").daemon().unstarted(this::run);
        thread = owner;
        owner.start();
    }

    /** The hub for whoever runs it by hand instead of {@link #start}; its input does not pass through the mailbox. */
    public Worker worker() {
        Mailbox<Runnable> unused = new Mailbox<>();
        return new Worker() {
            @Override
            public long work(long nowNanos) {
                if (turn()) {
                    return 0;
                }
                return idleNanos();
            }

            @Override
            public Mailbox<?> mailbox() {
                return unused;
            }
        };
    }

    /**
     * Tells the hub what was applied. Called by the apply thread after each batch, in order, before the callers are answered, and after
     * the batch is visible to readers. Never waits: without room the hub reads the changes from history.
     *
     * @param changes in order of revision; not to be modified afterwards
     * @param revision the revision after the batch
     */
    public void publish(List<Change> changes, long revision) {
        if (revision <= lastPublished) {
            return;
        }
        long base = lastPublished;
        lastPublished = revision;
        published = revision;
        if (!watched || !ring.offer(Batch.of(base, revision, changes))) {
            missed = revision;
        }
        // Read again: the first watch may have come in between, and then it counts on being told.
        if (watched) {
            wake();
        }
    }

    /** Apply thread: the store has jumped to {@code revision} without single changes, as after a snapshot from the leader. */
    public void skip(long revision) {
        if (revision <= lastPublished) {
            return;
        }
        lastPublished = revision;
        published = revision;
        missed = revision;
        wake();
    }

    /** Opens a stream. May be called on any thread; requests are handled in the order in which they come. */
    public Inlet<WatchRequest> open(Call call, WatchGate gate, Outlet outlet) {
        var stream = new WatchStream(this, call, gate, outlet, budget, serials.incrementAndGet());
        post(() -> opened(stream));
        return stream;
    }

    /** Ends all streams that asked for a leader ({@code hasleader}): the member has been without one for too long. */
    public void leaderLost() {
        post(() -> {
            for (var stream : List.copyOf(streams)) {
                if (stream.requiresLeader()) {
                    close(stream, EtcdError.NO_LEADER.exception());
                }
            }
        });
    }

    public WatchCounters counters() {
        return counters;
    }

    /** Ends all streams with {@code etcdserver: server stopped} and waits for the thread to end. */
    @Override
    public void close() {
        stopping = true;
        var owner = thread;
        if (owner == null) {
            shutDown();
            return;
        }
        LockSupport.unpark(owner);
        if (owner.equals(Thread.currentThread())) {
            return;
        }
        boolean interrupted = false;
        while (owner.isAlive()) {
            try {
                owner.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- called by streams on the transport's thread

    /** Takes a request; false when too many wait already, which ends the stream. */
    boolean requested(WatchStream stream, WatchRequests request, long waitingBytes) {
        if (waitingBytes > options.streamRequestBytesMax()) {
            var flood =
                    new StatusException(
                            Code.RESOURCE_EXHAUSTED,
                            "watch stream has too many unanswered requests");
            post(() -> close(stream, flood));
            return false;
        }
        post(() -> {
            if (!stream.closed) {
                stream.enqueue(request);
                ready(stream);
            }
        });
        return true;
    }

    void cancelled(WatchStream stream) {
        post(() -> close(stream, EtcdError.WATCH_CANCELED.exception()));
    }

    void writable(WatchStream stream) {
        post(() -> resume(stream));
    }

    private void post(Runnable command) {
        commands.add(command);
        if (terminated) {
            // The thread is gone; what still comes is refused here.
            settle();
        } else {
            wake();
        }
    }

    private void wake() {
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    // ---- hub's thread

    private void run() {
        try {
            while (!stopping) {
                if (!turn()) {
                    idle();
                }
            }
        } finally {
            shutDown();
        }
    }

    private void idle() {
        parked = true;
        boolean behind = !ring.isEmpty() || missed > processed;
        if (commands.isEmpty() && (stalled || !behind) && !stopping) {
            LockSupport.parkNanos(this, idleNanos());
        }
        parked = false;
    }

    private long idleNanos() {
        boolean retry = stalled || !catchUp.isEmpty() || !awaitingProgress.isEmpty();
        long nanos = progressClock.idleNanos(nanoClock.getAsLong());
        return retry ? Math.min(nanos, RETRY_NANOS) : nanos;
    }

    /** Does a bounded piece of everything; true when there is more to do at once. */
    boolean turn() {
        boolean more = obey();
        more |= follow();
        more |= answer();
        more |= catchUp.turn();
        answerProgress();
        tick();
        publishCounters();
        return more;
    }

    private boolean obey() {
        for (int i = 0; i < COMMANDS_PER_TURN; i++) {
            var command = commands.poll();
            if (command == null) {
                return false;
            }
            command.run();
        }
        return true;
    }

    private void shutDown() {
        terminated = true;
        settle();
    }

    private void settle() {
        synchronized (commands) {
            while (obey()) {
                // Until the queue is empty; streams that come now are refused in opened().
            }
            for (var stream : List.copyOf(streams)) {
                close(stream, EtcdError.STOPPED.exception());
            }
            publishCounters();
        }
    }

    private void publishCounters() {
        var last = counters;
        if (last.streams != streams.size()
                || last.watchers != watcherCount
                || last.slowWatchers != slowCount
                || last.pendingEvents != budget.pendingEvents
                || last.eventsTotal != budget.sentEvents) {
            counters =
                    new Counters(
                            streams.size(),
                            watcherCount,
                            slowCount,
                            budget.pendingEvents,
                            budget.sentEvents);
        }
    }

    // ---- following the apply thread

    /** The revision up to which all synced watches were served. */
    long processed() {
        return processed;
    }

    /** Processes what was published; true when there may be more. */
    private boolean follow() {
        if (index.isEmpty()) {
            stalled = false;
            passOver();
            return false;
        }
        long to = gather();
        if (to > processed) {
            stalled = false;
            dispatch(gathered);
            gathered.clear();
            processed = to;
            return true;
        }
        // Read in this order: a batch that is published in between is skipped later, a missing one
        // is not overlooked.
        long target = missed;
        var next = ring.peek();
        if (next != null) {
            target = Math.max(target, next.base());
        }
        boolean moved = target > processed && replay(target);
        stalled = target > processed && !moved;
        return moved;
    }

    /** Nobody listens: the position moves without looking at the changes. */
    private void passOver() {
        processed = Math.max(processed, missed);
        for (var batch = ring.peek(); batch != null; batch = ring.peek()) {
            processed = Math.max(processed, batch.revision());
            ring.drop(batch);
        }
    }

    /** Takes the batches that continue the position; returns the revision after them. */
    private long gather() {
        long to = processed;
        for (var batch = ring.peek(); batch != null; batch = ring.peek()) {
            if (batch.revision() > to) {
                if (batch.base() > to || gathered.size() >= CHANGES_PER_TURN) {
                    break;
                }
                gather(batch, to);
                to = batch.revision();
            }
            ring.drop(batch);
        }
        return to;
    }

    private void gather(Batch batch, long after) {
        if (batch.base() == after) {
            gathered.addAll(batch.changes());
            return;
        }
        for (var change : batch.changes()) {
            if (change.main() > after) {
                gathered.add(change);
            }
        }
    }

    /** Reads revisions that did not come through the ring; true when it brought something. */
    private boolean replay(long target) {
        var all = KeyRange.ALL;
        var slice =
                history.read(all.key(), all.rangeEnd(), processed + 1, replayStride.revisions());
        if (slice.compacted()) {
            // Each watch finds out by itself whether it can go on.
            for (var watcher : index.all()) {
                index.remove(watcher);
                watcher.nextRevision = Math.max(watcher.nextRevision, processed + 1);
                fallBehind(watcher);
            }
            processed = target;
            return true;
        }
        if (slice.completeTo() <= processed) {
            return false;
        }
        dispatch(slice.changes());
        long bytes = 0;
        for (var change : slice.changes()) {
            bytes += change.record().length;
        }
        replayStride.learn(bytes);
        processed = slice.completeTo();
        return true;
    }

    private void dispatch(List<Change> changes) {
        for (int i = 0; i < changes.size(); i++) {
            var change = changes.get(i);
            index.matching(change.key(), matched);
            if (matched.isEmpty()) {
                continue;
            }
            var event = new SharedEvent(change);
            for (int j = 0; j < matched.size(); j++) {
                if (matched.get(j).collect(event)) {
                    touched.add(matched.get(j));
                }
            }
            matched.clear();
        }
        for (int i = 0; i < touched.size(); i++) {
            deliver(touched.get(i));
            touched.get(i).clear();
        }
        touched.clear();
    }

    private void deliver(WatchGroup group) {
        for (int i = group.size() - 1; i >= 0; i--) {
            var watcher = group.member(i);
            deliver(watcher, group.blocks(watcher, history), 0);
        }
    }

    /**
     * Sends events to a watch; one that cannot take them becomes a cursor.
     *
     * @param completeTo the revision that the last response announces; 0 for that of its last event
     * @return false when the watch was parked
     */
    boolean deliver(Watcher watcher, List<EventBlock> blocks, long completeTo) {
        for (int i = 0; i < blocks.size(); i++) {
            var block = blocks.get(i);
            boolean last = i == blocks.size() - 1;
            long revision =
                    last ? Math.max(completeTo, block.lastRevision()) : block.lastRevision();
            if (!watcher.stream().offer(responses.events(watcher, block, revision))) {
                park(watcher, block.firstRevision());
                return false;
            }
            watcher.quiet = false;
        }
        return true;
    }

    // ---- states of a watch

    /** A cursor has reached the hub. */
    void synced(Watcher watcher) {
        if (watcher.state != Watcher.State.CLOSED) {
            watcher.stream().behind--;
            slowCount--;
        }
        watcher.state = Watcher.State.SYNCED;
        index.add(watcher);
    }

    /** The client does not read: only the position is kept until it does. */
    void park(Watcher watcher, long nextRevision) {
        if (watcher.state == Watcher.State.SYNCED) {
            index.remove(watcher);
            watcher.stream().behind++;
            slowCount++;
        }
        watcher.state = Watcher.State.PARKED;
        watcher.nextRevision = nextRevision;
        watcher.stream().park(watcher);
    }

    /** A watch that is not in the index (any more) reads from history, from its next revision on. */
    private void fallBehind(Watcher watcher) {
        if (watcher.state == Watcher.State.SYNCED || watcher.state == Watcher.State.CLOSED) {
            watcher.stream().behind++;
            slowCount++;
        }
        watcher.state = Watcher.State.CATCHING_UP;
        catchUp.add(watcher);
    }

    /** A cursor points below the compacted revision: the watch ends. */
    void compacted(Watcher watcher) {
        var stream = watcher.stream();
        remove(watcher);
        stream.compacted(watcher);
        stream.control(responses.compacted(watcher.id(), history.compactRevision()));
    }

    private void remove(Watcher watcher) {
        if (watcher.state == Watcher.State.SYNCED) {
            index.remove(watcher);
        } else {
            watcher.stream().behind--;
            slowCount--;
        }
        watcher.state = Watcher.State.CLOSED;
        watcherCount--;
        watched = watcherCount > 0;
    }

    // ---- streams and their requests

    private void opened(WatchStream stream) {
        if (terminated) {
            stream.end(EtcdError.STOPPED.exception());
        } else {
            streams.add(stream);
        }
    }

    private void close(WatchStream stream, StatusException status) {
        if (stream.closed) {
            return;
        }
        stream.watchers().forEach(this::remove);
        progressClock.stop(stream);
        streams.remove(stream);
        stream.end(status);
    }

    private void resume(WatchStream stream) {
        if (stream.closed || !stream.drain()) {
            return;
        }
        for (var watcher : stream.unpark()) {
            if (watcher.state == Watcher.State.PARKED) {
                fallBehind(watcher);
            }
        }
        if (stream.hasRequests()) {
            ready(stream);
        }
    }

    private void ready(WatchStream stream) {
        if (!stream.ready) {
            stream.ready = true;
            ready.add(stream);
        }
    }

    private boolean answer() {
        for (int rounds = ready.size(); rounds > 0; rounds--) {
            var stream = ready.remove();
            stream.ready = false;
            answer(stream);
        }
        return !ready.isEmpty();
    }

    private void answer(WatchStream stream) {
        for (int i = 0; i < REQUESTS_PER_TURN; i++) {
            var request = stream.closed ? null : stream.nextRequest();
            switch (request) {
                case null -> {
                    return;
                }
                case WatchRequests.Create create -> create(stream, create);
                case WatchRequests.Cancel cancel -> cancel(stream, cancel.id());
                case WatchRequests.Progress _ -> progress(stream);
            }
        }
        if (stream.hasRequests()) {
            ready(stream);
        }
    }

    private void create(WatchStream stream, WatchRequests.Create request) {
        var reason = refusal(stream, request);
        if (reason != null) {
            stream.control(responses.refused(current(), reason));
            return;
        }
        // First be seen by the apply thread, then look where it is: nothing can happen in between
        // unnoticed.
        watched = true;
        if (index.isEmpty()) {
            passOver();
        }
        long current = current();
        long id = request.id() == 0 ? stream.freeId() : request.id();
        var watcher = new Watcher(stream, request, id, new Stride(options.catchUpRevisions()));
        stream.add(watcher);
        watcherCount++;
        stream.control(responses.created(current, id));
        watcher.nextRevision = request.startRevision() == 0 ? current + 1 : request.startRevision();
        if (watcher.nextRevision > processed) {
            synced(watcher);
        } else {
            fallBehind(watcher);
        }
        if (request.progressNotify()) {
            progressClock.start(stream, nanoClock.getAsLong());
        }
    }

    private static @Nullable String refusal(WatchStream stream, WatchRequests.Create request) {
        if (request.startRevision() < 0) {
            return EtcdError.COMPACTED.text();
        }
        if (request.refused() != null) {
            return request.refused();
        }
        if (request.range().empty()) {
            return EMPTY_RANGE;
        }
        return request.id() != 0 && stream.inUse(request.id()) ? DUPLICATE_ID : null;
    }

    /** The newest revision that a client can know of. */
    private long current() {
        return Math.max(processed, Math.max(history.currentRevision(), published));
    }

    private void cancel(WatchStream stream, long id) {
        var watcher = stream.watcher(id);
        if (watcher != null) {
            remove(watcher);
            stream.remove(watcher);
        } else if (!stream.forget(id)) {
            return;
        }
        stream.control(responses.canceled(current(), id));
    }

    // ---- progress

    private void progress(WatchStream stream) {
        stream.progressTarget = current();
        if (stream.progressRequests++ == 0) {
            awaitingProgress.add(stream);
        }
    }

    /** Answers once the hub has reached the revision that was current when the client asked, so that the answer is never older. */
    private void answerProgress() {
        for (int i = awaitingProgress.size() - 1; i >= 0; i--) {
            var stream = awaitingProgress.get(i);
            if (stream.watcherCount() > 0 && processed < stream.progressTarget) {
                continue;
            }
            if (stream.complete(processed)) {
                for (int n = 0; n < stream.progressRequests; n++) {
                    stream.control(responses.progress(processed, Responses.NO_WATCH));
                }
            }
            stream.progressRequests = 0;
            awaitingProgress.remove(i);
        }
    }

    private void tick() {
        long now = nanoClock.getAsLong();
        for (var stream = progressClock.due(now); stream != null; stream = progressClock.due(now)) {
            for (var watcher : stream.watchers()) {
                if (watcher.progressNotify()) {
                    notifyProgress(stream, watcher);
                }
            }
        }
    }

    private void notifyProgress(WatchStream stream, Watcher watcher) {
        boolean complete =
                watcher.state == Watcher.State.SYNCED && watcher.startRevision() <= processed;
        if (watcher.quiet && complete && stream.canSend()) {
            stream.control(responses.progress(processed, watcher.id()));
        }
        watcher.quiet = true;
    }
}
