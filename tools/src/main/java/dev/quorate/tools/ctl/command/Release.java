package dev.quorate.tools.ctl.command;

/** What must be done when a signal ends the program: held locks are given back first. */
final class Release {
    private Release() {}

    /** Runs that when the program is told to end (SIGINT, SIGTERM), and lets it end with 0 then. */
    static void onSignal(Runnable release) {
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .name("release")
                                .unstarted(() -> {
                                    try {
                                        release.run();
                                    } catch (RuntimeException e) {
                                        Runtime.getRuntime().halt(CtlException.ERROR);
                                    }
                                    Runtime.getRuntime().halt(0);
                                }));
    }
}
