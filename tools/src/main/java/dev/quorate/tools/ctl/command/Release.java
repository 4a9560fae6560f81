package dev.quorate.tools.ctl.command;

import dev.quorate.client.recipe.Session;
import java.time.Duration;

/** What must be done when a signal ends the program: held locks are given back first. */
final class Release {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private Release() {}

    /** Gives back all that a session holds when the program is told to end (SIGINT, SIGTERM), and lets it end with 0 then. */
    static void onSignal(Session session) {
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .name("release")
                                .unstarted(() -> {
                                    try {
                                        // Not closed: that would tell the waiting main thread of a
                                        // lost session.
                                        session.client()
                                                .leases()
                                                .within(LIMIT)
                                                .revoke(session.lease());
                                    } catch (RuntimeException e) {
                                        Runtime.getRuntime().halt(CtlException.ERROR);
                                    }
                                    Runtime.getRuntime().halt(0);
                                }));
    }
}
