package dev.quorate.server.node;

import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.RequestHeader;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.raft.Entry;
import dev.quorate.raft.EntryType;
import dev.quorate.store.Outcome;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The door through which local requests enter the log. Thread-safe; never blocks.
 *
 * <p>A caller that gets a timeout does not know whether its request will still be applied.
 */
public final class Proposals {
    /** With more committed entries than this not yet applied, new requests are refused. */
    private static final long APPLY_GAP_MAX = 5000;

    private final RequestIds ids;
    private final Waiters waiters;
    private final Consumer<Input> raftLoop;
    private final LongSupplier committed;
    private final LongSupplier applied;
    private final LongSupplier nanoClock;
    private final int requestBytesMax;
    private final long timeoutNanos;
    private volatile boolean stopped;

    Proposals(
            RequestIds ids,
            Waiters waiters,
            Consumer<Input> raftLoop,
            LongSupplier committed,
            LongSupplier applied,
            LongSupplier nanoClock,
            int requestBytesMax,
            long timeoutNanos) {
        this.ids = ids;
        this.waiters = waiters;
        this.raftLoop = raftLoop;
        this.committed = committed;
        this.applied = applied;
        this.nanoClock = nanoClock;
        this.requestBytesMax = requestBytesMax;
        this.timeoutNanos = timeoutNanos;
    }

    /**
     * Replicates a request.
     *
     * @param request with its body set, and the user in its header if there is one; the id is added here
     * @param waiter gets the outcome, a refusal or a timeout
     */
    public void propose(InternalRaftRequest.Builder request, Waiter waiter) {
        propose(request, waiter, 0);
    }

    /**
     * The same, but refused unless this member leads in the term when the request reaches the log: for what only a leader may decide.
     */
    public void proposeInTerm(InternalRaftRequest.Builder request, long term, Waiter waiter) {
        propose(request, waiter, term);
    }

    private void propose(InternalRaftRequest.Builder request, Waiter waiter, long onlyInTerm) {
        if (committed.getAsLong() - applied.getAsLong() > APPLY_GAP_MAX) {
            waiter.accept(refused(EtcdError.TOO_MANY_REQUESTS));
            return;
        }
        long id = ids.next();
        RequestHeader header =
                request.hasHeader()
                        ? request.getHeader().toBuilder().setID(id).build()
                        : RequestHeader.newBuilder().setID(id).build();
        byte[] data = request.setHeader(header).build().toByteArray();
        if (data.length > requestBytesMax) {
            waiter.accept(refused(EtcdError.REQUEST_TOO_LARGE));
            return;
        }
        if (await(id, waiter)) {
            raftLoop.accept(
                    new Input.Propose(Entry.proposal(EntryType.NORMAL, data), id, onlyInTerm));
        }
    }

    /** Replicates a membership change; its id is set here. */
    public void proposeChange(ConfChange.Builder change, Waiter waiter) {
        long id = ids.next();
        if (await(id, waiter)) {
            byte[] data = change.setId(id).build().toByteArray();
            raftLoop.accept(new Input.Propose(Entry.proposal(EntryType.CONF_CHANGE, data), id, 0));
        }
    }

    /** Registers the caller, or refuses it. */
    private boolean await(long id, Waiter waiter) {
        if (!waiters.add(id, waiter, nanoClock.getAsLong() + timeoutNanos)) {
            waiter.accept(refused(EtcdError.TOO_MANY_REQUESTS));
            return false;
        }
        if (stopped && waiters.take(id) != null) {
            waiter.accept(refused(EtcdError.STOPPED));
            return false;
        }
        return true;
    }

    /** Refuses everybody from now on, and everybody who waits. */
    void stop() {
        stopped = true;
        waiters.failAll(EtcdError.STOPPED.exception());
    }

    /** Requests that wait for their outcome. */
    public int pending() {
        return waiters.size();
    }

    private static Outcome refused(EtcdError why) {
        return Waiter.refusal(why.exception());
    }
}
