package dev.quorate.tools.goreman;

import dev.quorate.tools.goreman.Launcher.Launched;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the Procfile and the process that runs for it, if any. Thread-safe. While a process runs, a thread of its own copies its
 * output and waits for its end.
 *
 * <pre>
 *   STOPPED ──start──► RUNNING ──end──► STOPPED
 *                       │  ▲ └─end, to be restarted──► WAITING ──pause over──► RUNNING
 *                       └──┘ stop: a signal, then the end
 * </pre>
 */
final class Child {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** Who ran this long is not restarting in circles: the next pause is the first one again. */
    private static final Duration SETTLED = Duration.ofSeconds(60);

    /** Hears of ends, on the thread of the process. */
    interface Listener {
        /**
         * A process ended and will not be restarted.
         *
         * @param byRequest whether we stopped it
         */
        void ended(int exitStatus, boolean byRequest);
    }

    private enum State {
        STOPPED,
        RUNNING,
        WAITING
    }

    private final Procfile.Entry entry;
    private final OptionalInt port;
    private final Launcher launcher;
    private final Console console;
    private final RestartPolicy policy;
    private final Listener listener;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private State state = State.STOPPED;
    private boolean stopRequested;
    private boolean hurried; // a start was asked for while it waits for a restart
    private @Nullable Process process;
    private long startedNanos;
    private long pauseNanos = FIRST_PAUSE.toNanos();
    private int restarts;
    private OptionalInt exitStatus = OptionalInt.empty();

    Child(
            Procfile.Entry entry,
            OptionalInt port,
            Launcher launcher,
            Console console,
            RestartPolicy policy,
            Listener listener) {
        this.entry = entry;
        this.port = port;
        this.launcher = launcher;
        this.console = console;
        this.policy = policy;
        this.listener = listener;
    }

    String name() {
        return entry.name();
    }

    Procfile.Entry entry() {
        return entry;
    }

    /**
     * What can be seen of a process.
     *
     * @param state in one word
     * @param pid of the shell that runs the command, while it runs
     * @param uptimeSeconds while it runs
     * @param exitStatus of the last end, as a shell reports it
     */
    record Status(
            String name,
            boolean running,
            String state,
            OptionalLong pid,
            OptionalInt port,
            long uptimeSeconds,
            OptionalInt exitStatus,
            int restarts) {}

    Status status() {
        lock.lock();
        try {
            boolean running = state == State.RUNNING;
            Process current = process;
            String word =
                    switch (state) {
                        case STOPPED -> exitStatus.isPresent() ? "exited" : "stopped";
                        case RUNNING -> stopRequested ? "stopping" : "running";
                        case WAITING -> "waiting";
                    };
            return new Status(
                    entry.name(),
                    running,
                    stopRequested && state == State.STOPPED ? "stopped" : word,
                    running && current != null
                            ? OptionalLong.of(current.pid())
                            : OptionalLong.empty(),
                    port,
                    running ? TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos) : 0,
                    exitStatus,
                    restarts);
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is nothing to stop: no process, and none to come. */
    boolean isStopped() {
        lock.lock();
        try {
            return state == State.STOPPED;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Starts the process unless it runs.
     *
     * @throws IOException if it cannot be started; said on the console too
     */
    void start() throws IOException {
        lock.lock();
        try {
            if (state == State.RUNNING) {
                return;
            }
            stopRequested = false;
            pauseNanos = FIRST_PAUSE.toNanos();
            if (state == State.WAITING) {
                hurried = true;
                changed.signalAll();
                return; // its thread is there and starts it now
            }
            Launched launched = launch();
            Thread.ofPlatform().name("child " + entry.name()).start(() -> follow(launched));
        } finally {
            lock.unlock();
        }
    }

    private Launched launch() throws IOException {
        port.ifPresent(p -> console.say(entry, "Starting " + entry.name() + " on port " + p));
        try {
            Launched launched = launcher.start(entry.command(), port);
            process = launched.process();
            startedNanos = System.nanoTime();
            state = State.RUNNING;
            changed.signalAll();
            return launched;
        } catch (IOException e) {
            console.say(entry, "Failed to start " + entry.name() + ": " + e.getMessage());
            throw e;
        }
    }

    /** The life of the thread of a process, over all its restarts. */
    private void follow(Launched first) {
        @Nullable Launched launched = first;
        boolean byRequest = false;
        int status = 0;
        while (launched != null) {
            status = waitFor(launched);
            lock.lock();
            try {
                process = null;
                exitStatus = OptionalInt.of(status);
                if (status != 0 && !stopRequested) {
                    console.say(entry, "exit status " + status);
                }
                console.say(entry, "Terminating " + entry.name());
                launched = restart(status);
                byRequest = stopRequested;
                if (launched == null) {
                    state = State.STOPPED;
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
        listener.ended(status, byRequest);
    }

    private int waitFor(Launched launched) {
        try (InputStream output = launched.output()) {
            LineReader.copy(
                    output, (bytes, from, length) -> console.write(entry, bytes, from, length));
        } catch (IOException _) {
            // Closing the reading end of a pipe loses nothing.
        }
        while (true) {
            try {
                return launched.process().waitFor();
            } catch (InterruptedException _) {
                // Nobody has a reason to: the process's end is what ends this thread.
            }
        }
    }

    /** With the lock held: waits out the pause and starts again, or gives null. */
    private @Nullable Launched restart(int status) {
        if (stopRequested || !policy.restarts(status)) {
            return null;
        }
        if (System.nanoTime() - startedNanos >= SETTLED.toNanos()) {
            pauseNanos = FIRST_PAUSE.toNanos();
        }
        state = State.WAITING;
        changed.signalAll();
        console.say(
                entry,
                "Restarting "
                        + entry.name()
                        + " in "
                        + Duration.ofNanos(pauseNanos).toSeconds()
                        + " s");
        long left = pauseNanos;
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE.toNanos());
        hurried = false;
        while (left > 0 && !stopRequested && !hurried) {
            try {
                left = changed.awaitNanos(left);
            } catch (InterruptedException _) {
                left = 0;
            }
        }
        if (stopRequested) {
            return null;
        }
        try {
            restarts++;
            return launch();
        } catch (IOException _) {
            return null;
        }
    }

    /** Asks the process to end; what waits for a restart is stopped at once. */
    void requestStop(StopSignal signal) {
        lock.lock();
        try {
            stopRequested = true;
            changed.signalAll();
            send(signal);
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held. The group may not be there yet in the first moments of a process. */
    private void send(StopSignal signal) {
        Process current = process;
        if (current != null && !Posix.kill(-current.pid(), signal) && current.isAlive()) {
            Posix.kill(current.pid(), signal);
        }
    }

    /**
     * Waits until it is stopped.
     *
     * @param deadlineNanos on the clock of {@link System#nanoTime}
     * @return whether it is
     */
    boolean awaitStopped(long deadlineNanos) throws InterruptedException {
        lock.lock();
        try {
            long left = deadlineNanos - System.nanoTime();
            while (state != State.STOPPED && left > 0) {
                left = changed.awaitNanos(left);
            }
            return state == State.STOPPED;
        } finally {
            lock.unlock();
        }
    }
}
