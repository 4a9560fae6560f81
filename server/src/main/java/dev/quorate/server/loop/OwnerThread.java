package dev.quorate.server.loop;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The named platform thread on which one worker runs. */
public final class OwnerThread {
    private static final long SLEEP_NANOS_MAX = 1_000_000_000L;

    private final Worker worker;
    private final LongSupplier nanoClock;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;

    private volatile boolean stopping;

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
                long nanos = worker.work(nanoClock.getAsLong());
                if (nanos > 0 && !stopping) {
                    worker.mailbox().await(Math.min(nanos, SLEEP_NANOS_MAX));
                }
            }
        } catch (Throwable e) {
            onFailure.accept(e);
        }
    }
}
