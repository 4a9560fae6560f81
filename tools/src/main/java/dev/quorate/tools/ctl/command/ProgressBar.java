package dev.quorate.tools.ctl.command;

import dev.quorate.tools.ctl.print.Sink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** How far a load is, on standard error, so that its verdict can be read by a script: drawn over itself on a terminal, else line behind line. */
final class ProgressBar {
    static final Duration SHOWN_EVERY = Duration.ofMillis(200);

    private static final Path ERR = Path.of("/proc/self/fd/2");
    private static final int TERMINAL_COLUMNS = 80;
    private static final int FILE_COLUMNS = 100;

    /** Before that a speed means nothing. */
    private static final long SPEED_KNOWN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Sink err;
    private final long all;
    private final ToLongFunction<PutLoad> progress;
    private final boolean terminal = isTerminal();
    private final long startNanos = System.nanoTime();

    private ProgressBar(Sink err, long all, ToLongFunction<PutLoad> progress) {
        this.err = err;
        this.all = all;
        this.progress = progress;
    }

    /** Shows the seconds that a load has lasted. */
    static ProgressBar ofSeconds(Sink err, int seconds) {
        return new ProgressBar(
                err, seconds, load -> TimeUnit.NANOSECONDS.toSeconds(load.elapsedNanos()));
    }

    /** Shows how many puts a load has done. */
    static ProgressBar ofPuts(Sink err, long puts) {
        return new ProgressBar(err, puts, PutLoad::ended);
    }

    private static boolean isTerminal() {
        try {
            String name = Files.readSymbolicLink(ERR).toString();
            return name.startsWith("/dev/pts/") || name.startsWith("/dev/tty");
        } catch (IOException e) {
            return false; // another system: no harm in lines
        }
    }

    void show(PutLoad load) {
        draw(Math.min(all, progress.applyAsLong(load)));
    }

    void finish() {
        draw(all);
        err.text(terminal ? "\n" : "").flush();
    }

    private void draw(long done) {
        long nanos = System.nanoTime() - startNanos;
        String speed =
                nanos < SPEED_KNOWN_NANOS
                        ? "?"
                        : Long.toString(
                                Math.round(done * (double) TimeUnit.SECONDS.toNanos(1) / nanos));
        String left = done + " / " + all + " [";
        String right = String.format(Locale.ROOT, "] %.2f%% %s p/s", done * 100.0 / all, speed);
        int columns = terminal ? TERMINAL_COLUMNS : FILE_COLUMNS;
        int width = Math.max(0, columns - left.length() - right.length());
        int filled = (int) (done * width / all);
        boolean head = filled > 0 && done < all;
        err.text(terminal ? "\r" : "")
                .text(left)
                .text("-".repeat(head ? filled - 1 : filled))
                .text(head ? ">" : "")
                .text("_".repeat(width - filled))
                .text(right)
                .flush();
    }
}
