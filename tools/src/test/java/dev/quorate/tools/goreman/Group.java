package dev.quorate.tools.goreman;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@code goreman start} in a process of its own, and what it prints. */
final class Group implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();

    private Group(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    /** The words of a command that runs this build's goreman. */
    static List<String> command(String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xlog:disable",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Goreman.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    static Group start(Path directory, Map<String, String> environment, String... arguments)
            throws IOException {
        return start(directory, environment, command(arguments));
    }

    static Group start(Path directory, Map<String, String> environment, List<String> command)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return new Group(builder.start());
    }

    /** A port of the loopback address that was free a moment ago. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            in.lines().forEach(lines::add);
        } catch (IOException | java.io.UncheckedIOException _) {
            // the end
        }
    }

    /** Waits for a line that contains a text, and returns it. */
    String await(String text) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            assertThat(line).as("a line with %s after %s", text, seen).isNotNull();
            seen.add(line);
            if (line.contains(text)) {
                return line;
            }
        }
    }

    /** Sends keys to the terminal. */
    void type(String keys) throws IOException {
        OutputStream terminal = process.getOutputStream();
        terminal.write(keys.getBytes(StandardCharsets.UTF_8));
        terminal.flush();
    }

    void signal(StopSignal signal) {
        assertThat(Posix.kill(process.pid(), signal)).isTrue();
    }

    int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** Everything printed that nobody awaited. */
    List<String> rest() throws InterruptedException {
        awaitExit();
        List<String> all = new ArrayList<>();
        String line = lines.poll(200, TimeUnit.MILLISECONDS);
        while (line != null) {
            all.add(line);
            line = lines.poll(200, TimeUnit.MILLISECONDS);
        }
        return all;
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            Posix.kill(process.pid(), StopSignal.TERM);
            Posix.kill(process.pid(), StopSignal.TERM); // the second one kills
        }
    }
}
