package dev.quorate.tools.util;

import dev.quorate.log.Level;
import dev.quorate.log.Line;
import dev.quorate.log.LineFormat;
import dev.quorate.log.Sink;
import java.io.PrintStream;
import java.time.InstantSource;

/** Writes log lines as etcdutl does: parts between tabs, times in whole seconds. */
final class ConsoleSink implements Sink {
    /** Length of {@code 2026-01-02T03:04:05}; seven characters of a fraction follow. */
    private static final int SECONDS_END = 19;

    private static final int FRACTION_CHARS = 7;

    private final PrintStream err;
    private final InstantSource clock;

    ConsoleSink(PrintStream err, InstantSource clock) {
        this.err = err;
        this.clock = clock;
    }

    @Override
    public boolean isEnabled(Level level) {
        return level.compareTo(Level.INFO) >= 0;
    }

    @Override
    public void write(Line line) {
        String text = LineFormat.CONSOLE.encode(line, clock.instant());
        err.print(text.substring(0, SECONDS_END) + text.substring(SECONDS_END + FRACTION_CHARS));
    }
}
