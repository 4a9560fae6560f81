package dev.quorate.tools.etcd;

import dev.quorate.tools.logging.Logging;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the JVM watches when the build makes the AOT cache of {@code bin/etcd}: the ways through its start, and a member that starts, serves
 * some thousand calls and stops.
 */
public final class EtcdTraining {
    private EtcdTraining() {}

    public static void main(String[] arguments) throws IOException {
        Logging.installDefault();
        Path scratch = Files.createTempDirectory("quorate-training");
        try {
            for (List<String> line :
                    List.of(List.of("--version"), List.of("--help"), List.of("--nope"))) {
                run(line, _ -> 0);
            }
            int clientPort = freePort();
            int peerPort = freePort();
            run(memberFlags(scratch, clientPort, peerPort), running -> serve(running, clientPort));
        } finally {
            deleteTree(scratch);
        }
    }

    private static List<String> memberFlags(Path scratch, int clientPort, int peerPort) {
        String client = "http://127.0.0.1:" + clientPort;
        String peer = "http://127.0.0.1:" + peerPort;
        return List.of(
                "--name",
                "training",
                "--data-dir",
                scratch.resolve("data").toString(),
                "--listen-client-urls",
                client,
                "--advertise-client-urls",
                client,
                "--listen-peer-urls",
                peer,
                "--initial-advertise-peer-urls",
                peer,
                "--initial-cluster",
                "training=" + peer);
    }

    private static void run(List<String> line, Function<Program.Running, Integer> waiting) {
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        new EtcdCommand(
                        nowhere,
                        nowhere,
                        Map.of(),
                        settings -> Logging.captureLibraries(settings.level()),
                        options -> EtcdProgram.start(options, line),
                        waiting)
                .run(line);
    }

    private static int serve(Program.Running running, int clientPort) {
        try {
            running.awaitReady();
            TrainingLoad.run(clientPort);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.stop(Duration.ofSeconds(5));
        }
        return 0;
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
