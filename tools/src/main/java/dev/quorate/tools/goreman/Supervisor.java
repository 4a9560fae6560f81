package dev.quorate.tools.goreman;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** The processes of a Procfile as a group: what {@code goreman run} asks for, and when it is over. Thread-safe. */
final class Supervisor {
    /** From a signal to SIGKILL. */
    static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    /** From SIGKILL to giving up on a process that the system cannot end. */
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    /** What a shell reports of a command that cannot be started. */
    private static final int CANNOT_START = 127;

    /**
     * When the group is over.
     *
     * @param onStop when no process runs any more
     * @param onError when a process ends with an error
     */
    record ExitRules(boolean onStop, boolean onError) {}

    /** Why it is over. */
    sealed interface Ending {
        /** No process is left. */
        record AllStopped() implements Ending {}

        /** A process failed, and that was to be the end. */
        record Failed(int exitStatus) implements Ending {}

        /** A signal came. */
        record Signalled(StopSignal signal) implements Ending {}
    }

    /** How processes are made; kept apart so that a group is made of plain values. */
    interface ChildFactory {
        Child create(Procfile.Entry entry, Child.Listener listener);
    }

    private final SequencedMap<String, Child> children = new LinkedHashMap<>();
    private final ExitRules rules;
    private final Duration stopLimit;
    private final Readiness readiness;

    // Guarded by this.
    private int requests; // under way that may start something
    private @Nullable Ending ending;

    Supervisor(
            List<Procfile.Entry> entries,
            ChildFactory factory,
            ExitRules rules,
            Duration stopLimit,
            Readiness readiness) {
        this.rules = rules;
        this.stopLimit = stopLimit;
        this.readiness = readiness;
        for (Procfile.Entry entry : entries) {
            children.put(entry.name(), factory.create(entry, this::ended));
        }
    }

    /** Starts everything. One that cannot be started is said on the console, and counts as a failure. */
    void startAll() {
        begin();
        try {
            for (Child child : children.values()) {
                try {
                    startOne(child);
                    readiness.announce(child);
                } catch (GoremanException _) {
                    ended(CANNOT_START, false);
                }
            }
        } finally {
            finish();
        }
    }

    /**
     * Starts processes that do not run, and waits for those whose readiness can be seen.
     *
     * @throws GoremanException for an unknown name, or for a process that cannot be started or does not become ready
     */
    void start(List<String> names) throws GoremanException {
        List<Child> chosen = find(names, "unknown name: ");
        begin();
        try {
            for (Child child : chosen) {
                startOne(child);
            }
            for (Child child : chosen) {
                readiness.await(child);
            }
        } finally {
            finish();
        }
    }

    /** With this held, so that nothing is started behind the back of the end. */
    private synchronized void startOne(Child child) throws GoremanException {
        if (ending != null) {
            throw new GoremanException("goreman is ending");
        }
        try {
            child.start();
        } catch (IOException e) {
            throw new GoremanException("cannot start " + child.name() + ": " + e.getMessage());
        }
    }

    /**
     * Stops processes, all at once, and returns when they have ended.
     *
     * @throws GoremanException for an unknown name, or for a process that even SIGKILL does not end
     */
    void stop(List<String> names) throws GoremanException {
        stop(find(names, "unknown proc: "), StopSignal.INT);
    }

    /** Stops and starts again. */
    void restart(List<String> names) throws GoremanException {
        List<Child> chosen = find(names, "unknown proc: ");
        begin();
        try {
            stop(chosen, StopSignal.INT);
            start(chosen.stream().map(Child::name).toList());
        } finally {
            finish();
        }
    }

    List<String> names() {
        return List.copyOf(children.sequencedKeySet());
    }

    List<Child.Status> status() {
        return children.values().stream().map(Child::status).toList();
    }

    private List<Child> find(List<String> names, String refusal) throws GoremanException {
        List<Child> found = new ArrayList<>();
        for (String name : names) {
            Child child = children.get(name);
            if (child == null) {
                throw new GoremanException(refusal + name);
            }
            found.add(child);
        }
        return found;
    }

    /** Stops what is left at the end. */
    void stopAll(StopSignal signal) throws GoremanException {
        stop(List.copyOf(children.values()), signal);
    }

    private void stop(List<Child> chosen, StopSignal signal) throws GoremanException {
        if (!stopWithin(chosen, signal, stopLimit)
                && !stopWithin(chosen, StopSignal.KILL, KILL_LIMIT)) {
            throw new GoremanException(
                    "a process does not end even when killed, or nobody reads what it says");
        }
    }

    private static boolean stopWithin(List<Child> chosen, StopSignal signal, Duration limit)
            throws GoremanException {
        chosen.forEach(child -> child.requestStop(signal));
        long deadline = System.nanoTime() + limit.toNanos();
        boolean all = true;
        try {
            for (Child child : chosen) {
                all &= child.awaitStopped(deadline);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new GoremanException("interrupted");
        }
        return all;
    }

    /** Kills everything, without waiting. */
    void killAll() {
        children.values().forEach(child -> child.requestStop(StopSignal.KILL));
    }

    /** Ends the group for a signal. False if it was ending already. */
    synchronized boolean end(StopSignal signal) {
        return end(new Ending.Signalled(signal));
    }

    private synchronized boolean end(Ending why) {
        if (ending != null) {
            return false;
        }
        ending = why;
        notifyAll();
        return true;
    }

    /** Waits for the end; what still runs then is for the caller to stop. */
    synchronized Ending awaitEnding() throws InterruptedException {
        Ending why = ending;
        while (why == null) {
            wait();
            why = ending;
        }
        return why;
    }

    private synchronized void begin() {
        requests++;
    }

    private synchronized void finish() {
        requests--;
        endIfAllStopped();
    }

    private synchronized void ended(int exitStatus, boolean byRequest) {
        if (rules.onError() && exitStatus != 0 && !byRequest) {
            end(new Ending.Failed(exitStatus));
        }
        endIfAllStopped();
    }

    private synchronized void endIfAllStopped() {
        if (rules.onStop()
                && requests == 0
                && children.values().stream().allMatch(Child::isStopped)) {
            end(new Ending.AllStopped());
        }
    }
}
