package dev.quorate.tools.ctl.command;

import dev.quorate.client.recipe.Session;
import dev.quorate.tools.command.ExitCode;
import java.time.Duration;

/**
 * What must be done when a signal (SIGINT, SIGTERM) ends the program: all that a session holds is given back first.
 *
 * <p>How the program ends then depends on what it was doing, as in etcdctl. Used by the main thread; the signal's thread reads.
 */
final class Release {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private enum Doing {
        /** Holds something, or looks on: ends well. */
        HOLDING,
        /** Did not get what it asked for. */
        WAITING,
        /** Another program runs under the lock, which must be held as long: its end is waited for, and is this one's. */
        RUNNING
    }

    private volatile Doing doing = Doing.HOLDING;
    private volatile boolean ending;

    private Release() {}

    /** Begins to listen; must be called by the main thread. */
    static Release onSignal(Run run, Session session) {
        Release release = new Release();
        Thread main = Thread.currentThread();
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .name("release")
                                .unstarted(() -> release.end(run, session, main)));
        return release;
    }

    /** Asks for something that others may hold for long. */
    void whileWaiting(Runnable wait) {
        doing = Doing.WAITING;
        wait.run();
        doing = Doing.HOLDING;
        if (ending) {
            awaitHalt(Thread.currentThread()); // it came too late, and is given back
        }
    }

    /** From now on another program runs. */
    void running() {
        doing = Doing.RUNNING;
    }

    private void end(Run run, Session session, Thread main) {
        if (doing == Doing.RUNNING) {
            awaitHalt(main);
        }
        ending = true;
        boolean waited = doing == Doing.WAITING;
        try {
            // Not closed: that would tell the waiting main thread of a lost session.
            session.client().leases().within(LIMIT).revoke(session.lease());
        } catch (RuntimeException e) {
            Runtime.getRuntime().halt(ExitCode.ERROR);
        }
        if (waited) {
            run.err().line("Error: context canceled").flush();
        }
        Runtime.getRuntime().halt(waited ? ExitCode.ERROR : 0);
    }

    /** Keeps the program from ending until its main thread halts it. */
    static void awaitHalt(Thread main) {
        try {
            main.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
