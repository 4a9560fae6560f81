package dev.quorate.tools.etcd;

import dev.quorate.tools.logging.Logging;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What the JVM watches when the build makes the AOT cache of {@code bin/etcd}: the ways through its start. */
public final class EtcdTraining {
    private EtcdTraining() {}

    public static void main(String[] arguments) {
        Logging.installDefault();
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        for (List<String> line :
                List.of(
                        List.of("--version"),
                        List.of("--help"),
                        List.of("--nope"),
                        List.of("--name", "training", "--data-dir", "training.etcd"))) {
            new EtcdCommand(
                            nowhere,
                            nowhere,
                            Map.of(),
                            settings -> Logging.captureLibraries(settings.level()),
                            _ -> new Idle(),
                            EtcdTraining::end)
                    .run(line);
        }
    }

    private static int end(Program.Running running) {
        running.stop(java.time.Duration.ZERO);
        return 0;
    }

    /** Runs nothing: the training of the server itself belongs to its packages. */
    private record Idle() implements Program.Running {
        @Override
        public void awaitReady() {}

        @Override
        public java.util.Optional<Throwable> awaitStopped() {
            return java.util.Optional.empty();
        }

        @Override
        public void stop(java.time.Duration limit) {}
    }
}
