package dev.quorate.tools.etcd;

import dev.quorate.log.Log;
import dev.quorate.server.MemberFailedException;
import dev.quorate.tools.logging.Logging;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs {@code etcd}. A launcher calls {@link #run} with the program to start. */
public final class EtcdMain {
    private static final Log log = Log.of(EtcdMain.class);

    /** SIGTERM to exit; launchers follow with SIGKILL soon after. */
    private static final Duration STOP_LIMIT = Duration.ofMillis(1400);

    private static final long INIT_PROCESS = 1;
    private static final int FAILURE = 1;

    private final CountDownLatch signalHandled = new CountDownLatch(1);
    private final AtomicBoolean exiting = new AtomicBoolean();

    private EtcdMain() {}

    /**
     * Runs to the end of the process; does not return.
     *
     * @param arguments without the program's name
     */
    public static void run(String[] arguments, Program program) {
        EtcdMain main = new EtcdMain();
        Logging.installDefault();
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        EtcdCommand command =
                new EtcdCommand(
                        out,
                        err,
                        System.getenv(),
                        settings -> {
                            Logging.install(settings);
                            Logging.captureLibraries(settings.level());
                        },
                        program,
                        main::waitFor);
        main.exit(command.run(List.of(arguments)));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** Ends the process with a code of our own, unless a signal is ending it with its. */
    private void exit(int code) {
        if (exiting.compareAndSet(false, true)) {
            System.exit(code);
        }
    }

    private int waitFor(Program.Running running) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopOnSignal(running), "signal"));
        try {
            running.awaitReady();
            InitNotice.ready(Objects.requireNonNullElse(System.getenv("NOTIFY_SOCKET"), ""));
            Optional<Throwable> failure = running.awaitStopped();
            if (exiting.get()) {
                signalHandled.await();
                return 0;
            }
            if (failure.isEmpty()) {
                return 0;
            }
            if (failure.get() instanceof MemberFailedException gone && gone.isExpulsion()) {
                leave(running, gone);
                return 0;
            }
            fail(running, failure.get());
            return FAILURE;
        } catch (InterruptedException _) {
            return FAILURE;
        }
    }

    /** The cluster goes on without this member: that is an end, not a failure. */
    private static void leave(Program.Running running, MemberFailedException expulsion) {
        log.error("server error", "error", String.valueOf(expulsion.getMessage()));
        log.warn("data-dir used by this member must be removed");
        stopWithin(STOP_LIMIT, running);
    }

    /** Callers in flight get their refusals before the process goes. */
    private static void fail(Program.Running running, Throwable cause) {
        stopWithin(STOP_LIMIT, running);
        if (cause instanceof MemberFailedException failure) {
            log.fatal(String.valueOf(failure.getMessage()), "error", failure.reason());
        } else {
            log.fatal("listener failed", "error", cause);
        }
    }

    /**
     * The JVM runs this when SIGTERM, SIGINT or SIGHUP arrives and then exits with 128 plus the signal's number, which is what a
     * shell reports of a Go program that raises the signal again. An init process of a container exits with 0.
     */
    private void stopOnSignal(Program.Running running) {
        if (!exiting.compareAndSet(false, true)) {
            return;
        }
        log.info("received signal; shutting down");
        stopWithin(STOP_LIMIT, running);
        signalHandled.countDown();
        if (ProcessHandle.current().pid() == INIT_PROCESS) {
            Runtime.getRuntime().halt(0);
        }
    }

    private static void stopWithin(Duration limit, Program.Running running) {
        Thread stopping = Thread.ofVirtual().name("stop").start(() -> running.stop(limit));
        try {
            stopping.join(limit);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
