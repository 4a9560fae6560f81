package dev.quorate.server.node;

import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.raft.Raft;
import dev.quorate.raft.ReadState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Linearizable reads by the ReadIndex protocol: all reads that wait are confirmed by one round of heartbeats; see the Raft dissertation,
 * section 6.4. A sole voter needs no round.
 *
 * <p>{@link #linearizable} may be called on any thread; the rest belongs to the raft loop.
 */
final class Reads {
    /** After this long without an answer the leader is asked again, with a new id. */
    private static final long RETRY_NANOS = 500_000_000L;

    /** More waiting reads than this are refused at once. */
    private static final int WAITING_MAX = 100_000;

    /** A read that waits for its index. */
    interface Read {
        /** The state read now is at least as new as when the read was asked for. */
        void ready();

        void refused(StatusException why);

        /** Whether {@link #ready} takes no longer than to read one record, so that any thread may call it. */
        default boolean isShort() {
            return false;
        }
    }

    private record Waiting(Read read, long deadlineNanos) {}

    private final ConcurrentLinkedQueue<Waiting> arriving = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final RequestIds ids;
    private final AppliedIndex applied;
    private final Executor guests;
    private final Supplier<Leadership> leadership;
    private final Runnable askRaftLoop;
    private final Node.Observer observer;

    private final Set<Long> asked = new HashSet<>();
    private List<Waiting> outstanding = List.of();
    private long askedNanos;
    private long askedTerm;
    private long askedLeader;
    private volatile boolean stopped;

    /** @param guests runs what a confirmed read does next */
    Reads(
            RequestIds ids,
            AppliedIndex applied,
            Executor guests,
            Supplier<Leadership> leadership,
            Runnable askRaftLoop,
            Node.Observer observer) {
        this.observer = observer;
        this.ids = ids;
        this.applied = applied;
        this.guests = guests;
        this.leadership = leadership;
        this.askRaftLoop = askRaftLoop;
    }

    /**
     * Runs the read when it is linearizable: at once on this thread for a sole voter, else later, on a guest thread unless it is short.
     */
    void linearizable(Read read, long deadlineNanos) {
        if (leadership.get().soleVoter()) {
            read.ready();
            return;
        }
        if (waitingCount.incrementAndGet() > WAITING_MAX) {
            waitingCount.decrementAndGet();
            read.refused(EtcdError.TOO_MANY_REQUESTS.exception());
            return;
        }
        arriving.add(new Waiting(read, deadlineNanos));
        askRaftLoop.run();
    }

    /** Refuses whoever has to ask from now on, and whoever waits; any thread. */
    void stop() {
        stopped = true;
        askRaftLoop.run();
    }

    /** Reads that wait for their index; any thread. */
    int waiting() {
        return waitingCount.get();
    }

    /** Asks the leader for the reads that wait, if that is due. */
    void ask(Raft raft, long nowNanos) {
        if (stopped) {
            refuseAll(EtcdError.STOPPED.exception());
            return;
        }
        if (outstanding.isEmpty()) {
            if (arriving.isEmpty()) {
                return;
            }
            begin(raft);
        } else if (askedTerm != raft.term() || askedLeader != raft.leader()) {
            if (askedLeader != 0) {
                refuseAll(EtcdError.LEADER_CHANGED.exception());
                return;
            }
            askedTerm = raft.term();
            askedLeader = raft.leader();
        } else if (nowNanos - askedNanos < RETRY_NANOS) {
            return;
        } else {
            observer.readIndexSlow();
        }
        expire(nowNanos);
        if (!outstanding.isEmpty() && raft.leader() != 0) {
            long id = ids.next();
            asked.add(id);
            askedNanos = nowNanos;
            raft.readIndex(ByteBuffer.allocate(Long.BYTES).putLong(id).array());
        }
    }

    /** Whether reads arrived and none is being asked for. */
    boolean isDue() {
        return outstanding.isEmpty() && !arriving.isEmpty() && !stopped;
    }

    /** The leader confirmed an index. */
    void confirmed(ReadState state) {
        if (state.context().length != Long.BYTES
                || !asked.contains(ByteBuffer.wrap(state.context()).getLong())) {
            return;
        }
        List<Waiting> ready = outstanding;
        outstanding = List.of();
        asked.clear();
        waitingCount.addAndGet(-ready.size());
        applied.whenApplied(state.index(), () -> answer(ready));
    }

    /** A lone short read is over sooner than another thread is awake. */
    private void answer(List<Waiting> ready) {
        if (ready.size() == 1 && ready.getFirst().read.isShort()) {
            try {
                ready.getFirst().read.ready();
            } catch (RuntimeException e) {
                // It must not end the loop that it is a guest of.
                guests.execute(() -> {
                    throw e;
                });
            }
        } else {
            guests.execute(() -> ready.forEach(w -> w.read.ready()));
        }
    }

    private void begin(Raft raft) {
        outstanding = new ArrayList<>();
        for (var next = arriving.poll(); next != null; next = arriving.poll()) {
            outstanding.add(next);
        }
        asked.clear();
        askedTerm = raft.term();
        askedLeader = raft.leader();
    }

    private void expire(long nowNanos) {
        List<Waiting> late = new ArrayList<>();
        List<Waiting> rest = new ArrayList<>(outstanding.size());
        for (var waiting : outstanding) {
            (waiting.deadlineNanos - nowNanos <= 0 ? late : rest).add(waiting);
        }
        if (!late.isEmpty()) {
            outstanding = rest;
            refuse(late, EtcdError.TIMEOUT.exception());
        }
    }

    /** Refuses everything that waits; on the raft loop, or after it has stopped. */
    void refuseAll(StatusException why) {
        List<Waiting> all = new ArrayList<>(outstanding);
        for (var next = arriving.poll(); next != null; next = arriving.poll()) {
            all.add(next);
        }
        outstanding = List.of();
        asked.clear();
        refuse(all, why);
    }

    private void refuse(List<Waiting> waiting, StatusException why) {
        if (waiting.isEmpty()) {
            return;
        }
        waitingCount.addAndGet(-waiting.size());
        observer.readIndexFailed();
        guests.execute(() -> waiting.forEach(w -> w.read.refused(why)));
    }
}
