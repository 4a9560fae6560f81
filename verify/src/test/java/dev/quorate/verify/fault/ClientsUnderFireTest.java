package dev.quorate.verify.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.verify.Ports;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients by others keep working on three processes whose leader is killed every few seconds. */
@Tag("interop")
class ClientsUnderFireTest {
    private static final int MEMBERS = 3;
    private static final long SECONDS_MAX = 90;
    private static final int KILLS = 4;
    private static final Pattern IDS =
            Pattern.compile("\"member_id\":\"(\\d+)\".*\"leader\":\"(\\d+)\"");

    @TempDir Path home;

    private final int[] clientPorts = new int[MEMBERS];
    private final int[] peerPorts = new int[MEMBERS];
    private final Victim[] victims = new Victim[MEMBERS];
    private volatile boolean over;

    /** Writes a value; false when it does not know what became of it. */
    private interface Writer {
        boolean put(String value) throws Exception;
    }

    /** Reads the value; null when there was no answer. */
    private interface Reader {
        String get() throws Exception;
    }

    @Test
    void etcdctlOfDebian() throws Exception {
        etcdctl("bin/etcd34/etcdctl");
    }

    @Test
    void etcdctlOfToday() throws Exception {
        etcdctl("bin/etcd37/etcdctl");
    }

    @Test
    void jetcd() throws Exception {
        underFire(() -> {
            try (Client client =
                    Client.builder().endpoints(endpoints("http://").split(",")).build()) {
                ByteSequence key = ByteSequence.from("fire", UTF_8);
                work(
                        value ->
                                answered(
                                                client.getKVClient()
                                                        .put(key, ByteSequence.from(value, UTF_8)))
                                        != null,
                        () -> {
                            var response = answered(client.getKVClient().get(key));
                            return response == null
                                    ? null
                                    : response.getKvs().getFirst().getValue().toString(UTF_8);
                        });
            }
        });
    }

    /** It also watches the key and keeps a lease alive all the while, and judges that itself. */
    @Test
    void clientv3() throws Exception {
        underFire(() -> {
            ProcessBuilder builder =
                    new ProcessBuilder(
                            interop("bin/clientv3").toString(), "fire", endpoints("http://"));
            builder.redirectError(ProcessBuilder.Redirect.INHERIT);
            Process process = builder.start();
            try (var in = new BufferedReader(process.inputReader(UTF_8));
                    var out = process.outputWriter(UTF_8)) {
                work(value -> told(in, out, "put " + value) != null, () -> told(in, out, "get"));
                out.close();
                String last = in.readLine();
                assertThat(last).isNotNull().startsWith("watched ");
                System.out.println(last);
                assertThat(process.waitFor()).isZero();
            } finally {
                process.destroyForcibly();
            }
        });
    }

    /** What the program answers to a line; null when its client failed. */
    private static String told(BufferedReader in, BufferedWriter out, String line)
            throws IOException {
        out.write(line + "\n");
        out.flush();
        String answer = in.readLine();
        assertThat(answer).as("the program goes on").isNotNull();
        return answer.startsWith("ok") ? answer.substring(2).strip() : null;
    }

    private static <T> T answered(java.util.concurrent.CompletableFuture<T> future)
            throws InterruptedException {
        try {
            return future.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException _) {
            return null;
        }
    }

    private void etcdctl(String program) throws Exception {
        String path = interop(program).toString();
        underFire(() ->
                work(
                        value -> run(path, "put", "fire", value) != null,
                        () -> {
                            String text = run(path, "get", "fire", "--print-value-only");
                            return text == null ? null : text.strip();
                        }));
    }

    /** What it printed; null when it failed. */
    private String run(String program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(program));
        command.add("--endpoints=" + endpoints(""));
        command.add("--command-timeout=10s");
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("ETCDCTL_API", "3");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        return process.waitFor() == 0 ? text : null;
    }

    /** One client; what it reads is what it wrote last, or something that it does not know the fate of. */
    private void work(Writer writer, Reader reader) throws Exception {
        Set<String> possible = new TreeSet<>();
        int done = 0;
        int failed = 0;
        for (int i = 0; !over; i++) {
            String value = "v" + i;
            if (writer.put(value)) {
                possible.clear();
                done++;
            } else {
                failed++;
            }
            possible.add(value);
            String read = reader.get();
            if (read == null) {
                failed++;
            } else if (done > 0) {
                assertThat(possible).contains(read);
                done++;
            }
        }
        System.out.println(done + " calls answered, " + failed + " failed");
        assertThat(done)
                .as("answered calls beside %s failed ones", failed)
                .isGreaterThan(4 * failed);
        assertThat(done).isGreaterThan(20);
    }

    private interface Work {
        void run() throws Exception;
    }

    private void underFire(Work work) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (int i = 0; i < MEMBERS; i++) {
                    clientPorts[i] = Ports.free();
                    peerPorts[i] = Ports.free();
                }
                for (int i = 0; i < MEMBERS; i++) {
                    launch(i);
                }
                for (int i = 0; i < MEMBERS; i++) {
                    awaitReadable(i);
                }
                Future<Integer> killer = threads.submit(this::kill);
                work.run();
                assertThat(killer.get()).isEqualTo(KILLS);
            } finally {
                over = true;
                for (Victim victim : victims) {
                    if (victim != null) {
                        victim.close();
                    }
                }
            }
        }
    }

    private Integer kill() throws Exception {
        int kills = 0;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
        try {
            while (kills < KILLS && System.nanoTime() < end) {
                int leader = leader();
                if (leader >= 0) {
                    victims[leader].kill();
                    kills++;
                    TimeUnit.MILLISECONDS.sleep(500);
                    launch(leader);
                    awaitReadable(leader);
                }
                TimeUnit.MILLISECONDS.sleep(1500);
            }
        } finally {
            over = true;
        }
        return kills;
    }

    private int leader() throws InterruptedException {
        for (int i = 0; i < MEMBERS; i++) {
            try (Gateway gateway = new Gateway(clientPorts[i])) {
                Matcher matcher = IDS.matcher(gateway.post("/v3/maintenance/status", "{}"));
                if (matcher.find() && matcher.group(1).equals(matcher.group(2))) {
                    return i;
                }
            } catch (IOException | Gateway.RefusedException _) {
                // It will be asked again.
            }
        }
        return -1;
    }

    private void awaitReadable(int member) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < end) {
            try (Gateway gateway = new Gateway(clientPorts[member])) {
                gateway.range("x", "y");
                return;
            } catch (IOException | Gateway.RefusedException _) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        throw new AssertionError("member " + member + " does not serve:\n" + victims[member].log());
    }

    private void launch(int i) throws IOException {
        String client = "http://127.0.0.1:" + clientPorts[i];
        String peer = "http://127.0.0.1:" + peerPorts[i];
        victims[i] =
                Victim.launch(
                        Files.createDirectories(home.resolve("m" + i)),
                        "--name=m" + i,
                        "--listen-client-urls=" + client,
                        "--advertise-client-urls=" + client,
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster="
                                + IntStream.range(0, MEMBERS)
                                        .mapToObj(
                                                n -> "m" + n + "=http://127.0.0.1:" + peerPorts[n])
                                        .collect(Collectors.joining(",")));
    }

    private String endpoints(String scheme) {
        return IntStream.of(clientPorts)
                .mapToObj(port -> scheme + "127.0.0.1:" + port)
                .collect(Collectors.joining(","));
    }

    private static Path interop(String name) {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("mvnw"))) {
            root = Objects.requireNonNull(root.getParent(), "run inside a clone");
        }
        Path program = root.resolve("interop").resolve(name);
        assertThat(program).as("made by interop/setup").exists();
        return program;
    }
}
