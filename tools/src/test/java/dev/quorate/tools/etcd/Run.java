package dev.quorate.tools.etcd;

import dev.quorate.log.Level;
import dev.quorate.log.Line;
import dev.quorate.log.LineFormat;
import dev.quorate.log.Log;
import dev.quorate.log.Sink;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One run of the command line in this process, with everything that it left behind. */
record Run(int code, String out, String err, List<String> lines, @Nullable EtcdOptions started) {

    /** Runs with a program that ends at once, and with the given environment. */
    static Run of(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> lines = new ArrayList<>();
        List<EtcdOptions> started = new ArrayList<>();
        Sink previous = Log.install(collect(lines));
        try {
            int code =
                    new EtcdCommand(
                                    new PrintStream(out, true, StandardCharsets.UTF_8),
                                    new PrintStream(err, true, StandardCharsets.UTF_8),
                                    environment,
                                    _ -> {},
                                    options -> {
                                        started.add(options);
                                        return new Ended();
                                    },
                                    _ -> 0)
                            .run(List.of(arguments));
            return new Run(
                    code,
                    out.toString(StandardCharsets.UTF_8),
                    err.toString(StandardCharsets.UTF_8),
                    lines,
                    started.isEmpty() ? null : started.getFirst());
        } finally {
            Log.install(previous);
        }
    }

    static Run of(String... arguments) {
        return of(Map.of(), arguments);
    }

    /** The lines of log as one text. */
    String log() {
        return String.join("", lines);
    }

    private static Sink collect(List<String> lines) {
        return new Sink() {
            @Override
            public boolean isEnabled(Level level) {
                return true;
            }

            @Override
            public void write(Line line) {
                lines.add(LineFormat.JSON.encode(line, Instant.EPOCH));
            }
        };
    }

    private record Ended() implements Program.Running {
        @Override
        public void awaitReady() {}

        @Override
        public Optional<Throwable> awaitStopped() {
            return Optional.empty();
        }

        @Override
        public void stop(Duration limit) {}
    }
}
