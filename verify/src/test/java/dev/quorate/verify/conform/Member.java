package dev.quorate.verify.conform;

import dev.quorate.verify.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * One server process on free loopback ports, with its data and its log in a directory of its own.
 *
 * <p>A lone member advertises a peer address that nobody dials, the same in every run: cluster and member ids are
 * derived from it, so they are equal on both sides of a comparison.
 */
final class Member implements AutoCloseable {

    static final String NAME = "m1";
    static final String ADVERTISED_PEER = "http://127.0.0.1:2380";

    private static final Duration START_LIMIT = Duration.ofSeconds(40);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final HttpClient HTTP =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();

    private final Toolchain.Origin origin;
    private final Path dir;
    private final List<String> flags;
    private final int clientPort;
    private final int peerPort;
    private Process process;

    private Member(
            Toolchain.Origin origin, Path dir, List<String> flags, int clientPort, int peerPort) {
        this.origin = origin;
        this.dir = dir;
        this.flags = flags;
        this.clientPort = clientPort;
        this.peerPort = peerPort;
        this.process = launch();
    }

    /** Starts a lone member and waits until it answers that it is healthy. */
    static Member start(Toolchain.Origin origin, Path dir, String... extraFlags) {
        int client = Ports.free();
        int peer = Ports.free();
        List<String> flags = new ArrayList<>();
        flags.add("--name=" + NAME);
        flags.add("--initial-advertise-peer-urls=" + ADVERTISED_PEER);
        flags.add("--initial-cluster=" + NAME + "=" + ADVERTISED_PEER);
        flags.addAll(List.of(extraFlags));
        Member member = new Member(origin, dir, flags, client, peer);
        member.awaitHealthy();
        return member;
    }

    /** Starts several members that form one cluster, and waits until all are healthy. */
    static List<Member> startCluster(List<Toolchain.Origin> origins, Path dir, String... extra) {
        List<Integer> peers = new ArrayList<>();
        List<String> cluster = new ArrayList<>();
        for (int i = 0; i < origins.size(); i++) {
            peers.add(Ports.free());
            cluster.add("m" + (i + 1) + "=http://127.0.0.1:" + peers.get(i));
        }
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < origins.size(); i++) {
            List<String> flags = new ArrayList<>();
            flags.add("--name=m" + (i + 1));
            flags.add("--initial-advertise-peer-urls=http://127.0.0.1:" + peers.get(i));
            flags.add("--initial-cluster=" + String.join(",", cluster));
            flags.addAll(List.of(extra));
            Path home = dir.resolve("m" + (i + 1));
            members.add(new Member(origins.get(i), home, flags, Ports.free(), peers.get(i)));
        }
        members.forEach(Member::awaitHealthy);
        return members;
    }

    int clientPort() {
        return clientPort;
    }

    int peerPort() {
        return peerPort;
    }

    String url() {
        return "http://127.0.0.1:" + clientPort;
    }

    String peerUrl() {
        return "http://127.0.0.1:" + peerPort;
    }

    String endpoint() {
        return "127.0.0.1:" + clientPort;
    }

    Toolchain.Origin origin() {
        return origin;
    }

    long pid() {
        return process.pid();
    }

    Path logFile() {
        return dir.resolve("server.log");
    }

    String log() {
        try {
            return Files.readString(logFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The environment in which etcdctl finds this member. */
    Map<String, String> environment() {
        Map<String, String> env = new TreeMap<>();
        env.put("ETCDCTL_ENDPOINTS", url());
        env.put("E", url());
        env.put("P", peerUrl());
        return env;
    }

    /** Ends the process as an operator does (SIGTERM); the data stays. */
    void stop() {
        process.destroy();
        awaitExit();
    }

    /** Ends the process as a power cut does (SIGKILL); the data stays. */
    void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        awaitExit();
    }

    /** Freezes the process (SIGSTOP) until {@link #resume}. */
    void pause() {
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    /** Starts the process again on its data and waits until it is healthy. */
    void restart() {
        if (process.isAlive()) {
            throw new IllegalStateException("still running");
        }
        process = launch();
        awaitHealthy();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    void awaitHealthy() {
        try {
            Deadline.require(
                    START_LIMIT,
                    () -> {
                        if (!process.isAlive()) {
                            throw new AssertionError(origin + " exited at start:\n" + log());
                        }
                        return get("/health").contains("\"health\":\"true\"");
                    },
                    () -> origin + " healthy; its log:\n" + log());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    /** The body that a plain HTTP GET of the client address answers. */
    String get(String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url() + path))
                        .timeout(Duration.ofSeconds(5))
                        .build();
        return HTTP.send(request, BodyHandlers.ofString()).body();
    }

    private Process launch() {
        try {
            Files.createDirectories(dir);
            List<String> command = new ArrayList<>();
            command.add(Toolchain.server(origin).toString());
            command.add("--data-dir=" + dir.resolve("data"));
            command.add("--listen-client-urls=" + url());
            command.add("--advertise-client-urls=" + url());
            command.add("--listen-peer-urls=" + peerUrl());
            if (origin == Toolchain.Origin.ETCD_34) {
                command.add("--logger=zap");
                command.add("--enable-v2");
            }
            command.addAll(flags);
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.directory(dir.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("ETCD"));
            builder.redirectErrorStream(true);
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitExit() {
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(origin + " did not exit; its log:\n" + log());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
