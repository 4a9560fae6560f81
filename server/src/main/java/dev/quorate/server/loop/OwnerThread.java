package dev.quorate.server.loop;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The named platform thread on which one worker runs. */
public final class OwnerThread {
    private static final long SLEEP_NANOS_MAX = 1_000_000_000L;

    private final Worker worker;
    private final LongSupplier nanoClock;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;

    /** Held by whoever works, so that there is one owner at any time. */
    private final ReentrantLock turn = new ReentrantLock();

    private volatile boolean stopping;

    /** Some of the worker's work, done by another thread on its behalf. */
    public interface Piece {
        /** Returns false when it is better left to the worker's own thread. */
        boolean run() throws Exception;
    }

    /** @param onFailure told, on this thread, why the worker ended before it was asked to */
    public OwnerThread(
            String name, Worker worker, LongSupplier nanoClock, Consumer<Throwable> onFailure) {
        this.worker = worker;
        this.nanoClock = nanoClock;
        this.onFailure = onFailure;
        this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /**
     * Runs a piece of the worker's work on the calling thread, unless the worker is in the middle of a turn or ends. A failure ends the
     * worker, as if it had happened on its own thread.
     *
     * @return whether the piece was done, or failed
     */
    public boolean tryRun(Piece piece) {
        if (!turn.tryLock()) {
            return false;
        }
        try {
            return !stopping && piece.run();
        } catch (Throwable e) {
            stopping = true;
            worker.mailbox().wake();
            onFailure.accept(e);
            return true;
        } finally {
            turn.unlock();
        }
    }

    /** Lets the worker finish the turn it is in and waits for that. */
    public void stop() throws InterruptedException {
        stopping = true;
        worker.mailbox().wake();
        if (!thread.equals(Thread.currentThread())) {
            while (thread.isAlive()) {
                worker.mailbox().wake();
                thread.join(10);
            }
        }
    }

    private void run() {
        try {
            while (!stopping) {
                long nanos = workOnce();
                if (nanos > 0 && !stopping) {
                    worker.mailbox().await(Math.min(nanos, SLEEP_NANOS_MAX));
                }
            }
        } catch (Throwable e) {
            onFailure.accept(e);
        }
    }

    private long workOnce() throws Exception {
        turn.lock();
        try {
            return worker.work(nanoClock.getAsLong());
        } finally {
            turn.unlock();
        }
    }
}
