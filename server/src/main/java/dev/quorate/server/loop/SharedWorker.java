package dev.quorate.server.loop;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A worker some of whose work may be done by other threads, which spares the hand-over to the owner's: one works at any time, and nobody
 * waits for another but the owner's own thread.
 *
 * <p>What fails on another thread fails the owner: its thread is told, and nobody works any more.
 */
public final class SharedWorker implements Worker {
    /** Turns taken in the owner's stead at once, while each leaves the next something to do. */
    private static final int TURNS_MAX = 8;

    private final Worker worker;
    private final LongSupplier nanoClock;
    private final boolean byHand;
    private final ReentrantLock turn = new ReentrantLock();

    // Both are written by whoever holds the lock.
    private @Nullable Throwable failure;
    private boolean closed;

    /** Some of the worker's work, done by another thread on its behalf. */
    public interface Piece {
        /** Returns false when it is better left to the worker's own thread. */
        boolean run() throws Exception;
    }

    /** @param byHand whether there are no threads, so that whoever works has to hear of a failure at once */
    public SharedWorker(Worker worker, LongSupplier nanoClock, boolean byHand) {
        this.worker = worker;
        this.nanoClock = nanoClock;
        this.byHand = byHand;
    }

    @Override
    public Mailbox<?> mailbox() {
        return worker.mailbox();
    }

    /** A turn of the owner's own thread. */
    @Override
    public long work(long nowNanos) throws Exception {
        turn.lock();
        try {
            if (failure != null) {
                throw asException(failure);
            }
            return worker.work(nowNanos);
        } catch (Throwable e) {
            failure = e;
            throw e;
        } finally {
            turn.unlock();
        }
    }

    /**
     * Runs a piece of the worker's work on the calling thread, unless somebody is in the middle of a turn, the caller included.
     *
     * @return whether the piece was done, or failed
     */
    public boolean tryRun(Piece piece) {
        if (turn.isHeldByCurrentThread() || !turn.tryLock()) {
            return false;
        }
        try {
            return failure == null && !closed && piece.run();
        } catch (Throwable e) {
            failure = e;
            worker.mailbox().wake();
            rethrowByHand(e);
            return true;
        } finally {
            turn.unlock();
        }
    }

    /**
     * Takes the turn for what was just added to the mailbox.
     *
     * @return false when somebody else is in the middle of one, whom the caller has to wake
     */
    public boolean tryTurn() {
        return tryRun(this::turns);
    }

    private boolean turns() throws Exception {
        Mailbox<?> mailbox = worker.mailbox();
        long nanos = worker.work(nanoClock.getAsLong());
        for (int taken = 1; !mailbox.isEmpty() && taken < TURNS_MAX; taken++) {
            nanos = worker.work(nanoClock.getAsLong());
        }
        if (nanos == 0 || !mailbox.isEmpty()) {
            mailbox.wake();
        }
        return true;
    }

    /** Whether the calling thread is in the middle of a turn, so that what it adds to the mailbox is looked at without waking anybody. */
    public boolean isWorking() {
        return turn.isHeldByCurrentThread();
    }

    /** From now on only the owner's own thread works; returns when nobody else does. */
    public void close() {
        turn.lock();
        try {
            closed = true;
        } finally {
            turn.unlock();
        }
    }

    private void rethrowByHand(Throwable failure) {
        if (byHand) {
            switch (failure) {
                case Error e -> throw e;
                case RuntimeException e -> throw e;
                default -> throw new IllegalStateException(failure);
            }
        }
    }

    private static Exception asException(Throwable failure) {
        return switch (failure) {
            case Error e -> throw e;
            case Exception e -> e;
            default -> new IllegalStateException(failure);
        };
    }
}
