package dev.quorate.verify.conform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs commands through {@code sh}, in one directory and one environment. */
final class Shell {

    /** How long a command may run before it is ended. */
    static final Duration LIMIT = Duration.ofSeconds(150);

    /** How long a command that goes on may take to write what is expected of it. */
    private static final Duration FOLLOW_LIMIT = Duration.ofSeconds(8);

    /** How long a concurrent command is held back at least: not every command gives a sign by which it tells that it is ready. */
    private static final long MEANWHILE_AFTER_MILLIS = 700;

    /** How long a concurrent command waits at most for the sign. */
    private static final Duration READY_LIMIT = Duration.ofSeconds(8);

    /** How long a followed command must have been silent before it is taken as complete. */
    private static final long QUIET_MILLIS = 200;

    private final Path dir;
    private final Map<String, String> environment;
    private final Readiness readiness;
    private int runs;

    /** Tells, from outside, when a command that goes on is so far that another one may run beside it. */
    interface Readiness {
        Readiness NONE = _ -> () -> true;

        /** Looks before the command starts; the condition is asked while it runs. */
        Deadline.Condition before(String command) throws IOException, InterruptedException;
    }

    Shell(Path dir, Map<String, String> environment) {
        this(dir, environment, Readiness.NONE);
    }

    Shell(Path dir, Map<String, String> environment, Readiness readiness) {
        this.dir = dir;
        this.environment = environment;
        this.readiness = readiness;
    }

    /** Runs a command to its end. */
    Outcome run(String command) throws IOException, InterruptedException {
        return run(command, null, 0);
    }

    /**
     * Runs a command, and another one beside it where {@code meanwhile} is given.
     *
     * @param lines if positive, the command is one that goes on: it is ended as soon as it has written that many lines
     *     of output and then fallen silent
     */
    Outcome run(String command, @Nullable String meanwhile, int lines)
            throws IOException, InterruptedException {
        int run = runs++;
        Path stdout = dir.resolve(".out" + run);
        Path stderr = dir.resolve(".err" + run);
        Deadline.Condition ready = meanwhile == null ? () -> true : readiness.before(command);
        Process process = start(command, stdout, stderr);
        if (meanwhile != null) {
            Thread.sleep(MEANWHILE_AFTER_MILLIS);
            Deadline.await(READY_LIMIT, () -> !process.isAlive() || ready.holds());
            Path ignored = dir.resolve(".meanwhile" + run);
            Process other = start(meanwhile, ignored, ignored);
            if (!other.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                end(other);
            }
        }
        boolean ended = lines > 0 ? follow(process, stdout, lines) : awaitEnd(process);
        String exit = ended ? Integer.toString(process.exitValue()) : "stopped";
        if (!ended) {
            end(process);
        }
        return new Outcome(exit, read(stdout), read(stderr));
    }

    private boolean awaitEnd(Process process) throws InterruptedException {
        return process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean follow(Process process, Path stdout, int lines) throws InterruptedException {
        Deadline.await(FOLLOW_LIMIT, () -> !process.isAlive() || countLines(stdout) >= lines);
        long quietSince = System.nanoTime();
        long size = -1;
        while (process.isAlive() && System.nanoTime() - quietSince < QUIET_MILLIS * 1_000_000) {
            long now = stdout.toFile().length();
            if (now != size) {
                size = now;
                quietSince = System.nanoTime();
            }
            Thread.sleep(20);
        }
        return !process.isAlive();
    }

    private static long countLines(Path file) throws IOException {
        return read(file).lines().count();
    }

    private Process start(String command, Path stdout, Path stderr) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command);
        builder.directory(dir.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ETCD"));
        builder.environment().putAll(environment);
        builder.redirectOutput(stdout.toFile());
        builder.redirectError(ProcessBuilder.Redirect.appendTo(stderr.toFile()));
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private static void end(Process process) throws InterruptedException {
        // The shell first: it would report the death of its child.
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
