package dev.quorate.verify.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.proto.mvccpb.Event;
import dev.quorate.verify.Ports;
import dev.quorate.verify.history.KvModel;
import dev.quorate.verify.history.KvRequest;
import dev.quorate.verify.history.KvRequest.Compare;
import dev.quorate.verify.history.KvRequest.Relation;
import dev.quorate.verify.history.KvRequest.Target;
import dev.quorate.verify.history.KvResponse;
import dev.quorate.verify.history.Linearizability;
import dev.quorate.verify.history.Operation;
import dev.quorate.verify.history.Recorder;
import dev.quorate.verify.history.Witness;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes under fire: members are killed, stopped like a debugger stops them, and cut off from the others, while clients read and
 * write. What the clients saw must have an order, revisions included.
 */
class ClusterHistoryTest {
    private static final int MEMBERS = 3;
    private static final int CLIENTS = 6;
    private static final int KEYS = 6;
    private static final long SECONDS = 12;
    private static final long SECONDS_SLOW = 300;
    private static final long PATIENCE_MILLIS = 1500;

    @TempDir Path home;

    @Test
    void whatClientsSeeHasAnOrder() throws Exception {
        new Run(System.nanoTime()).live(SECONDS);
    }

    @Test
    @Tag("slow")
    void whatClientsSeeHasAnOrderForMinutes() throws Exception {
        new Run(System.nanoTime()).live(SECONDS_SLOW);
    }

    private final class Run {
        private final Random random;
        private final List<Integer> peerPorts = new ArrayList<>();
        private final List<FaultProxy> proxies = new ArrayList<>();
        private final Victim[] victims = new Victim[MEMBERS];
        private final KvConnection[] connections = new KvConnection[MEMBERS];
        private final Recorder recorder = new Recorder();
        private final List<String> deeds = new ArrayList<>();
        private String[] ids = new String[MEMBERS];
        private volatile boolean over;

        Run(long seed) {
            System.out.println("seed " + seed);
            random = new Random(seed);
        }

        void live(long seconds) throws Exception {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                try {
                    begin();
                    List<Future<?>> clients = new ArrayList<>();
                    for (int i = 0; i < CLIENTS; i++) {
                        int client = i;
                        long seed = random.nextLong();
                        clients.add(threads.submit(() -> write(client, new Random(seed))));
                    }
                    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
                    while (System.nanoTime() < end) {
                        rest(200 + random.nextInt(1500));
                        strike();
                    }
                    over = true;
                    for (Future<?> client : clients) {
                        client.get();
                    }
                    judge();
                } finally {
                    over = true;
                    end();
                }
            }
        }

        private void begin() throws Exception {
            for (int i = 0; i < MEMBERS; i++) {
                peerPorts.add(Ports.free());
                proxies.add(FaultProxy.before(peerPorts.get(i)));
            }
            for (int i = 0; i < MEMBERS; i++) {
                launch(i);
            }
            epilogue("begin");
            for (int i = 0; i < MEMBERS; i++) {
                ids[i] = id(i);
            }
        }

        private String url(int member) {
            return "http://127.0.0.1:" + proxies.get(member).port();
        }

        private void launch(int i) throws Exception {
            victims[i] =
                    Victim.launch(
                            Files.createDirectories(home.resolve("m" + i)),
                            "--name=m" + i,
                            "--listen-peer-urls=http://127.0.0.1:" + peerPorts.get(i),
                            "--initial-advertise-peer-urls=" + url(i),
                            "--initial-cluster="
                                    + IntStream.range(0, MEMBERS)
                                            .mapToObj(each -> "m" + each + "=" + url(each))
                                            .collect(Collectors.joining(",")),
                            "--heartbeat-interval=50",
                            "--election-timeout=500",
                            "--snapshot-count=500",
                            "--snapshot-catchup-entries=50");
            connections[i] = new KvConnection(victims[i].clientPort());
        }

        /** As the header of its peer requests spells it. */
        private String id(int member) throws Exception {
            try (Gateway gateway = new Gateway(victims[member].serving().clientPort())) {
                String status = gateway.post("/v3/maintenance/status", "{}");
                var matcher =
                        java.util.regex.Pattern.compile("\"member_id\":\"(\\d+)\"").matcher(status);
                assertThat(matcher.find()).as(status).isTrue();
                return Long.toHexString(Long.parseUnsignedLong(matcher.group(1)));
            }
        }

        // Faults

        private void strike() throws Exception {
            int victim = random.nextInt(MEMBERS);
            int what = random.nextInt(4);
            deeds.add(List.of("kill ", "stop ", "isolate ", "mute ").get(what) + victim);
            switch (what) {
                case 0 -> {
                    victims[victim].kill();
                    rest(random.nextInt(1000));
                    connections[victim].close();
                    launch(victim);
                    victims[victim].serving();
                }
                case 1 -> {
                    signal("STOP", victim);
                    rest(300 + random.nextInt(2000));
                    signal("CONT", victim);
                }
                case 2 -> {
                    for (int other = 0; other < MEMBERS; other++) {
                        if (other != victim) {
                            proxies.get(other).cut(ids[victim]);
                            proxies.get(victim).cut(ids[other]);
                        }
                    }
                    rest(300 + random.nextInt(2000));
                    proxies.forEach(FaultProxy::heal);
                }
                default -> {
                    int other = (victim + 1) % MEMBERS;
                    proxies.get(other).cut(ids[victim]);
                    rest(300 + random.nextInt(2000));
                    proxies.forEach(FaultProxy::heal);
                }
            }
        }

        private void signal(String name, int victim) throws Exception {
            new ProcessBuilder("kill", "-" + name, Long.toString(victims[victim].pid()))
                    .start()
                    .waitFor();
        }

        private static void rest(long millis) throws InterruptedException {
            TimeUnit.MILLISECONDS.sleep(millis);
        }

        // Clients

        private Void write(int client, Random by) throws InterruptedException {
            int server = by.nextInt(MEMBERS);
            int writes = 0;
            long modified = 0;
            while (!over) {
                KvRequest request = draw(by, "c" + client + "-" + ++writes, modified);
                KvResponse answer = ask(client, request, server);
                if (answer == null) {
                    server = (server + 1) % MEMBERS;
                    rest(by.nextInt(50));
                } else {
                    modified = answer.revision();
                    rest(by.nextInt(20));
                }
            }
            return null;
        }

        private KvResponse ask(int client, KvRequest request, int server) {
            KvConnection connection = connections[server];
            long ticket = recorder.called(client, request);
            try {
                KvResponse answer = connection.ask(request, PATIENCE_MILLIS);
                recorder.answered(ticket, answer);
                return answer;
            } catch (StatusRuntimeException _) {
                recorder.lost(ticket);
                return null;
            }
        }

        private KvRequest draw(Random by, String value, long modified) {
            String key = "k" + by.nextInt(KEYS);
            return switch (by.nextInt(8)) {
                case 0, 1 -> KvRequest.get(key);
                case 2 -> new KvRequest.Get("k", "l");
                case 3 -> KvRequest.putIfUnchanged(key, modified, value);
                case 4 ->
                        new KvRequest.Txn(
                                List.of(new Compare(key, Target.VERSION, Relation.LESS, "", 4)),
                                List.of(new KvRequest.Put(key, value)),
                                List.of(
                                        KvRequest.delete(key),
                                        new KvRequest.Put("k" + KEYS, value)));
                default -> new KvRequest.Put(key, value);
            };
        }

        /** Writes until it works again, and returns the revision. */
        private long epilogue(String value) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            for (int i = 0; System.nanoTime() < end; i++) {
                KvRequest put = new KvRequest.Put("k0", value + i);
                KvResponse answer = ask(-1, put, i % MEMBERS);
                if (answer != null) {
                    return answer.revision();
                }
                rest(100);
            }
            throw new AssertionError("the cluster does not work again after " + deeds + logs());
        }

        // Judgement

        private void judge() throws Exception {
            long last = epilogue("end");
            List<List<Event>> seen = new ArrayList<>();
            for (KvConnection connection : connections) {
                seen.add(connection.events(last));
            }
            assertThat(seen.get(1)).as("history of members 0 and 1").isEqualTo(seen.get(0));
            assertThat(seen.get(2)).as("history of members 0 and 2").isEqualTo(seen.get(0));
            Witness witness = new Witness();
            for (Event event : seen.getFirst()) {
                if (event.getType() == Event.EventType.PUT) {
                    witness.wrote(
                            event.getKv().getModRevision(),
                            event.getKv().getKey().toStringUtf8(),
                            event.getKv().getValue().toStringUtf8());
                }
            }
            List<Operation> history = recorder.history();
            long answered = history.stream().filter(Operation::isAnswered).count();
            System.out.println(
                    deeds.size()
                            + " faults, "
                            + answered
                            + " of "
                            + history.size()
                            + " operations answered, last revision "
                            + last);
            assertThat(answered).isGreaterThan(100);
            assertThat(Linearizability.check(KvModel.WITH_REVISIONS, witness.resolve(history)))
                    .as("the history, after " + deeds)
                    .isInstanceOf(Linearizability.Linearizable.class);
        }

        private String logs() {
            StringBuilder logs = new StringBuilder();
            for (Victim victim : victims) {
                logs.append("\n----\n").append(victim == null ? "" : victim.log());
            }
            return logs.toString();
        }

        private void end() throws Exception {
            for (int i = 0; i < MEMBERS; i++) {
                if (connections[i] != null) {
                    connections[i].close();
                }
                if (victims[i] != null) {
                    victims[i].close();
                }
            }
            for (FaultProxy proxy : proxies) {
                proxy.close();
            }
        }
    }
}
