package dev.quorate.verify.fault;

import dev.quorate.verify.Ports;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The program {@code etcd} in a JVM of its own, started from the class path of the tests. Every launch has a fresh client port; the
 * data directory stays.
 */
final class Victim implements AutoCloseable {
    static final Duration START_LIMIT = Duration.ofSeconds(90);

    /** The exit code after SIGTERM, as etcd's. */
    static final int TERMINATED = 143;

    static final Duration EXIT_LIMIT = Duration.ofSeconds(30);

    /** Small and quick to start; the code of long runs is of no use to a process that lives for a second. */
    private static final List<String> JVM =
            List.of(
                    "-Xmx96m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xlog:disable",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow");

    private static final String ADVERTISED_PEER = "http://127.0.0.1:2380";

    private final Path home;
    private final String limits;
    private final List<String> flags;
    private final Process process;
    private final int clientPort;

    private Victim(Path home, String limits, List<String> flags) {
        this.home = home;
        this.limits = limits;
        this.flags = flags;
        this.clientPort = Ports.free();
        this.process = launch();
    }

    /** Starts the program on {@code home/data}; it may not live long. */
    static Victim launch(Path home, String... flags) {
        return new Victim(home, "", List.of(flags));
    }

    /** As {@link #launch}, under a limit that the shell sets, e.g. {@code ulimit -f 100}. */
    static Victim launchUnder(String limits, Path home, String... flags) {
        return new Victim(home, limits, List.of(flags));
    }

    int clientPort() {
        return clientPort;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    Path data() {
        return home.resolve("data");
    }

    /** Waits until the client port takes connections; false when the process ended first. */
    boolean awaitListening() throws InterruptedException {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (process.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort));
                return true;
            } catch (IOException _) {
                if (System.nanoTime() - end > 0) {
                    throw new AssertionError("not serving after " + START_LIMIT + ":\n" + log());
                }
                process.waitFor(10, TimeUnit.MILLISECONDS);
            }
        }
        return false;
    }

    /** {@link #awaitListening} for a member that must come up. */
    Victim serving() throws InterruptedException {
        if (!awaitListening()) {
            throw new AssertionError("exited with " + process.exitValue() + ":\n" + log());
        }
        return this;
    }

    /** Waits for the process to end by itself and returns its exit code. */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(EXIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still running after " + EXIT_LIMIT + ":\n" + log());
        }
        return process.exitValue();
    }

    /** SIGKILL, and waits for the end. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM, and waits for the end. */
    int terminate() throws InterruptedException {
        process.destroy();
        return awaitExit();
    }

    /** Everything that this and earlier launches in the same home wrote. */
    String log() {
        try {
            return Files.readString(logFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Log lines of level fatal, of all launches. */
    List<String> fatalLines() {
        return log().lines().filter(line -> line.startsWith("{\"level\":\"fatal\"")).toList();
    }

    private Path logFile() {
        return home.resolve("server.log");
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    private Process launch() {
        int peer = Ports.free();
        List<String> command = new ArrayList<>();
        if (!limits.isEmpty()) {
            command.addAll(List.of("sh", "-c", limits + "; exec \"$@\"", "sh"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(classPath());
        command.add("dev.quorate.tools.etcd.Etcd");
        command.add("--name=victim");
        command.add("--data-dir=" + data());
        command.add("--listen-client-urls=http://127.0.0.1:" + clientPort);
        command.add("--advertise-client-urls=http://127.0.0.1:" + clientPort);
        command.add("--listen-peer-urls=http://127.0.0.1:" + peer);
        command.add("--initial-advertise-peer-urls=" + ADVERTISED_PEER);
        command.add("--initial-cluster=victim=" + ADVERTISED_PEER);
        command.addAll(flags);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(home.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ETCD"));
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The class path of the tests. When that holds the packaged program, the distribution made of it, whose cache of loaded classes
     * halves the time that a start takes.
     */
    private static List<String> classPath() {
        String own = System.getProperty("java.class.path");
        for (String entry : own.split(File.pathSeparator)) {
            Path jar = Path.of(entry);
            if (jar.getFileName().toString().startsWith("tools-") && entry.endsWith(".jar")) {
                Path distribution = jar.resolveSibling("dist");
                Path packed = distribution.resolve("lib/quorate.jar");
                Path cache = distribution.resolve("aot/etcd.aot");
                if (Files.exists(packed) && Files.exists(cache)) {
                    return List.of("-XX:AOTCache=" + cache, "-cp", packed.toString());
                }
            }
        }
        return List.of("-cp", own);
    }
}
