package dev.quorate.api.loop;

import dev.quorate.log.Log;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The way onto one event loop for everybody else. However many tasks arrive, at most one wake-up is under way, and what the tasks wrote is
 * flushed once per connection after all of them ran. Tasks run in the order of {@link #execute}.
 *
 * <p>Its length is bounded by those who use it: a call queues itself at most once at a time.
 */
public final class LoopQueue implements Executor {
    private static final Log log = Log.of(LoopQueue.class);

    /** After so many tasks the loop gets a chance to read and to run timers. */
    private static final int MAX_TASKS_PER_TURN = 4096;

    private final EventExecutor loop;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final Runnable turn = this::turn;

    // Both belong to the loop's thread.
    private final ArrayList<Runnable> flushes = new ArrayList<>();
    private boolean turning;

    public LoopQueue(EventExecutor loop) {
        this.loop = loop;
    }

    public boolean inLoop() {
        return loop.inEventLoop();
    }

    /** Queues a task from any thread. */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        wake();
    }

    /**
     * Runs an action after the tasks of this turn, or soon when there is no turn now. Called on the loop; the caller sees to it that one
     * action is not queued twice.
     */
    public void afterTurn(Runnable flush) {
        flushes.add(flush);
        if (!turning) {
            wake();
        }
    }

    private void wake() {
        if (!awake.get() && awake.compareAndSet(false, true)) {
            try {
                loop.execute(turn);
            } catch (RejectedExecutionException _) {
                // The loop has ended, and with it every connection that could take an answer.
                tasks.clear();
            }
        }
    }

    private void turn() {
        awake.set(false);
        turning = true;
        int left = MAX_TASKS_PER_TURN;
        for (Runnable task = tasks.poll(); task != null; task = --left > 0 ? tasks.poll() : null) {
            run(task);
        }
        // By index: a flush may make a stream writable, whose owner writes again.
        for (int i = 0; i < flushes.size(); i++) {
            run(flushes.get(i));
        }
        flushes.clear();
        turning = false;
        if (!tasks.isEmpty()) {
            wake();
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.error("a task on an event loop failed", "error", e);
        }
    }
}
