package dev.quorate.tools.ctl;

import dev.quorate.tools.ctl.print.Sink;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What the JVM watches when the build makes the AOT cache of {@code bin/etcdctl}: the commands against a member in a process of its own.
 */
public final class CtlTraining {
    private static final List<String> FORMATS = List.of("simple", "json", "fields", "table");
    private static final Map<String, String> ENVIRONMENT = environment();

    private CtlTraining() {}

    /**
     * Trains.
     *
     * @param arguments the class path of the server
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path scratch = Files.createTempDirectory("quorate-training");
        Process server = null;
        try {
            int port = freePort();
            server = start(arguments[0], scratch, port, freePort());
            String endpoint = "--endpoints=127.0.0.1:" + port;
            train(endpoint);
        } finally {
            if (server != null) {
                server.destroy();
                if (!server.waitFor(10, TimeUnit.SECONDS)) {
                    server.destroyForcibly().waitFor();
                }
            }
            deleteTree(scratch);
        }
    }

    private static void train(String endpoint) {
        run(Etcdctl.class.getName()); // no command, but it loads the main class, for which this one
        // stands
        run(endpoint, "--command-timeout=60s", "put", "training", "ready");
        for (String format : FORMATS) {
            String out = "-w=" + format;
            run(endpoint, out, "put", "key", "value", "--prev-kv");
            run(endpoint, out, "get", "key");
            run(endpoint, out, "get", "--prefix", "k");
            run(endpoint, out, "del", "key", "--prev-kv");
            run(endpoint, out, "member", "list");
            run(endpoint, out, "endpoint", "status");
            run(endpoint, out, "endpoint", "health");
            run(endpoint, out, "endpoint", "hashkv");
            run(endpoint, out, "lease", "grant", "60");
            run(endpoint, out, "lease", "list");
            run(endpoint, out, "lease", "timetolive", "1");
            run(endpoint, out, "role", "add", "r" + format);
            run(endpoint, out, "role", "list");
            run(endpoint, out, "user", "list");
            run(endpoint, out, "auth", "status");
            run(endpoint, out, "alarm", "list");
            input("\nget key\nput key 1\ndel key\n\n\n", endpoint, out, "txn");
        }
        input("watch key\nprogress\n", endpoint, "watch", "-i");
        run(endpoint, "compaction", "2");
        run(endpoint, "watch", "key", "--rev=1");
        run(endpoint, "defrag");
        run(endpoint, "put", "", "x");
        run("version");
        run("get", "--help");
        run("get", "--nope");
        run("--help");
        run("nope");
    }

    /** The process's own, since reading it takes classes, too; none if it would change what the commands do. */
    private static Map<String, String> environment() {
        Map<String, String> own = System.getenv();
        return own.keySet().stream().anyMatch(name -> name.startsWith("ETCDCTL_")) ? Map.of() : own;
    }

    private static int run(String... line) {
        return input("value", line);
    }

    private static int input(String text, String... line) {
        Sink nowhere = new Sink(OutputStream.nullOutputStream());
        return new CtlProgram(
                        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                        nowhere,
                        nowhere,
                        ENVIRONMENT)
                .run(List.of(line));
    }

    private static Process start(String classPath, Path scratch, int client, int peer)
            throws IOException {
        String clientUrl = "http://127.0.0.1:" + client;
        String peerUrl = "http://127.0.0.1:" + peer;
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        classPath,
                        "dev.quorate.tools.etcd.Etcd",
                        "--name=training",
                        "--data-dir=" + scratch.resolve("data"),
                        "--listen-client-urls=" + clientUrl,
                        "--advertise-client-urls=" + clientUrl,
                        "--listen-peer-urls=" + peerUrl,
                        "--initial-advertise-peer-urls=" + peerUrl,
                        "--initial-cluster=training=" + peerUrl));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.redirectErrorStream(true);
        builder.redirectOutput(new File(scratch.toFile(), "log"));
        return builder.start();
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
