package dev.quorate.tools.goreman;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the JVM watches when the build makes the AOT cache of {@code bin/goreman}: a group of two that starts, is asked and ends. */
public final class GoremanTraining {
    private static final int ATTEMPTS = 200;

    private GoremanTraining() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path scratch = Files.createTempDirectory("quorate-training");
        try {
            Files.writeString(scratch.resolve("Procfile"), "a: echo one; cat\nb: read x\n");
            run(scratch, "help");
            run(scratch, "check");
            Files.writeString(
                    scratch.resolve("Procfile"), "a: echo one; exec sleep 60\nb: exec sleep 60\n");
            String port = "-p=" + freePort();
            Thread group = Thread.ofPlatform().start(() -> run(scratch, port, "start"));
            for (int i = 0; i < ATTEMPTS && run(scratch, port, "run", "status") != 0; i++) {
                group.join(java.time.Duration.ofMillis(20));
            }
            run(scratch, port, "run", "restart", "a");
            run(scratch, port, "run", "stop-all");
            group.join();
        } finally {
            deleteTree(scratch);
        }
    }

    private static int run(Path directory, String... words) {
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new GoremanCommand(nowhere, nowhere, Map.copyOf(System.getenv()), directory)
                .run(List.of(words));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
