package dev.quorate.verify.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.ClientConfig;
import dev.quorate.client.LeaseKeeper;
import dev.quorate.client.Watch;
import dev.quorate.client.recipe.Barrier;
import dev.quorate.client.recipe.DoubleBarrier;
import dev.quorate.client.recipe.Election;
import dev.quorate.client.recipe.FifoQueue;
import dev.quorate.client.recipe.Mutex;
import dev.quorate.client.recipe.PriorityQueue;
import dev.quorate.client.recipe.Session;
import dev.quorate.client.recipe.Stm;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.proto.etcdserverpb.AuthEnableRequest;
import dev.quorate.proto.etcdserverpb.AuthRoleAddRequest;
import dev.quorate.proto.etcdserverpb.AuthUserAddRequest;
import dev.quorate.proto.etcdserverpb.AuthUserGrantRoleRequest;
import dev.quorate.proto.etcdserverpb.CompactionRequest;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveResponse;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.Event;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The client and its recipes at three processes that die, stop and come back, over connections that tear. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClientTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> NAMES = List.of("c1", "c2", "c3");

    @TempDir static Path temp;
    private Members members;
    private final Map<String, Cable> cables = new LinkedHashMap<>();

    @BeforeAll
    void startMembers() throws Exception {
        members = Members.start(Files.createDirectory(temp.resolve("three")), NAMES);
        for (String name : NAMES) {
            cables.put(name, new Cable(members.victim(name).clientPort()));
        }
    }

    @AfterAll
    void stopMembers() throws Exception {
        for (Cable cable : cables.values()) {
            cable.close();
        }
        members.close();
    }

    @Test
    void watchesResumeWithoutGapOrDuplicate() throws Exception {
        ByteString prefix = bytes("resume/");
        AtomicBoolean enough = new AtomicBoolean();
        List<String> seen = new ArrayList<>();
        try (Client writer = client();
                Client reader = client();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Watch watch = reader.watches().requireLeader().prefix(prefix, 0);
            long from = watch.awaitCreated(within());
            Future<?> writing = threads.submit(() -> write(writer, enough));
            for (int round = 0; round < 2; round++) {
                collect(watch, seen, seen.size() + 20);
                cables.values().forEach(Cable::tear);
                collect(watch, seen, seen.size() + 20);
                killAndRestart(members.leader());
                collect(watch, seen, seen.size() + 20);
                cables.values().forEach(Cable::cut);
                cables.values().forEach(Cable::heal);
            }
            enough.set(true);
            writing.get();
            // By revision: the last number may have been put twice, as nobody answered at first.
            long last = writer.kv().get("resume/k").getKvsList().getFirst().getModRevision();
            while (!seen.getLast().startsWith(last + "=")) {
                collect(watch, seen, seen.size() + 1);
            }
            watch.close();
            List<String> whole = new ArrayList<>();
            Watch fresh = reader.watches().prefix(prefix, from + 1);
            while (!whole.equals(seen) && whole.size() < seen.size()) {
                collect(fresh, whole, whole.size() + 1);
            }
            fresh.close();
            assertThat(seen).isEqualTo(whole).doesNotHaveDuplicates();
        }
    }

    /** Puts one number after the other until told; what nobody answered may have happened, and is sent again. */
    private static void write(Client writer, AtomicBoolean enough) {
        int number = 0;
        while (!enough.get()) {
            number++;
            put(writer, "resume/k", Integer.toString(number));
        }
    }

    private static void put(Client writer, String key, String value) {
        Deadline end = within();
        while (true) {
            try {
                writer.kv().put(key, value);
                return;
            } catch (RpcException e) {
                if (end.isOver()) {
                    throw e;
                }
            }
        }
    }

    private static void collect(Watch watch, List<String> seen, int count) {
        Deadline end = within();
        while (seen.size() < count) {
            WatchResponse answer = watch.next(end);
            assertThat(answer).isNotNull();
            assertThat(answer.getCanceled()).as(answer.toString()).isFalse();
            for (Event event : answer.getEventsList()) {
                seen.add(
                        event.getKv().getModRevision()
                                + "="
                                + event.getKv().getValue().toString(UTF_8));
            }
        }
    }

    @Test
    void watchThatFellBehindACompactionIsTold() throws Exception {
        try (Client reader = client();
                Client direct = direct("c1")) {
            Watch watch = reader.watches().prefix(bytes("compacted/"), 0);
            watch.awaitCreated(within());
            put(direct, "compacted/k", "seen");
            collect(watch, new ArrayList<>(), 1);
            cables.values().forEach(Cable::cut);
            long revision = 0;
            for (int i = 0; i < 5; i++) {
                put(direct, "compacted/k", "missed" + i);
                revision = direct.kv().get("compacted/k").getHeader().getRevision();
            }
            direct.kv().compact(CompactionRequest.newBuilder().setRevision(revision).build());
            for (String name : NAMES) {
                long compacted = revision;
                members.await(
                        () -> {
                            try (Client one = direct(name)) {
                                return one.kv().get("compacted/k").getHeader().getRevision()
                                        >= compacted;
                            }
                        },
                        name + " compacted");
            }
            cables.values().forEach(Cable::heal);
            WatchResponse last = watch.next(within());
            assertThat(last).isNotNull();
            assertThat(last.getCanceled()).isTrue();
            assertThat(last.getCompactRevision()).isEqualTo(revision);
            assertThat(watch.next(within())).isNull();
        }
    }

    @Test
    @Tag("slow") // a lease's time has to pass several times
    void keptLeaseOutlivesItsLeaderAndAFrozenMember() throws Exception {
        AtomicInteger renewals = new AtomicInteger();
        ConcurrentLinkedQueue<String> ends = new ConcurrentLinkedQueue<>();
        try (Client client = client()) {
            long lease = client.leases().grant(6).getID();
            client.kv()
                    .put(
                            PutRequest.newBuilder()
                                    .setKey(bytes("leased"))
                                    .setValue(bytes("v"))
                                    .setLease(lease)
                                    .build());
            try (LeaseKeeper keeper =
                    client.leases()
                            .keepAlive(
                                    lease,
                                    new LeaseKeeper.Listener() {
                                        @Override
                                        public void renewed(LeaseKeepAliveResponse answer) {
                                            renewals.incrementAndGet();
                                        }

                                        @Override
                                        public void ended(
                                                @Nullable LeaseKeepAliveResponse last,
                                                @Nullable RpcException failure) {
                                            ends.add(last + " " + failure);
                                        }
                                    })) {
                assertThat(keeper).isNotNull();
                awaitRenewals(renewals, 1);
                killAndRestart(members.leader());
                awaitRenewals(renewals, 2);
                for (String name : NAMES) {
                    signal(name, "STOP");
                    try {
                        awaitRenewals(renewals, 2);
                    } finally {
                        signal(name, "CONT");
                    }
                }
                assertThat(ends).isEmpty();
                assertThat(client.kv().get("leased").getKvsCount()).isEqualTo(1);
            }
            client.leases().revoke(lease);
            assertThat(client.kv().get("leased").getKvsCount()).isZero();
        }
    }

    private void awaitRenewals(AtomicInteger renewals, int more) throws Exception {
        int goal = renewals.get() + more;
        members.await(() -> renewals.get() >= goal, "renewals");
    }

    private void signal(String name, String signal) throws Exception {
        new ProcessBuilder("kill", "-" + signal, Long.toString(members.victim(name).pid()))
                .start()
                .waitFor();
    }

    @Test
    void locksAndTransactionsInMemoryCountExactly() throws Exception {
        int workers = 6;
        int rounds = 5;
        try (Client client = client()) {
            together(
                    workers,
                    _ -> {
                        try (Session session = Session.open(client, 60)) {
                            for (int i = 0; i < rounds; i++) {
                                Mutex mutex = new Mutex(session, "count/lock");
                                mutex.lock(within());
                                put(client, "count/locked", Long.toString(number(client) + 1));
                                mutex.unlock();
                            }
                        }
                        for (int i = 0; i < rounds; i++) {
                            Stm.run(client, ClientTest::addOne, within());
                        }
                        return null;
                    });
            assertThat(number(client)).isEqualTo(workers * rounds);
            assertThat(client.kv().get("count/stm").getKvs(0).getValue().toString(UTF_8))
                    .isEqualTo(Integer.toString(workers * rounds));
        }
    }

    private static long number(Client client) {
        var answer = client.kv().get("count/locked");
        return answer.getKvsCount() == 0
                ? 0
                : Long.parseLong(answer.getKvs(0).getValue().toString(UTF_8));
    }

    private static int addOne(Stm.Access access) {
        int next =
                access.get(bytes("count/stm"))
                                .map(text -> Integer.parseInt(text.toString(UTF_8)))
                                .orElse(0)
                        + 1;
        access.put(bytes("count/stm"), bytes(Integer.toString(next)));
        return next;
    }

    @Test
    void queueGivesEachElementOnce() throws Exception {
        int elements = 24;
        ConcurrentLinkedQueue<String> taken = new ConcurrentLinkedQueue<>();
        try (Client client = client()) {
            together(
                    6,
                    worker -> {
                        FifoQueue queue = new FifoQueue(client, "queue");
                        for (int i = 0; i < elements / 3; i++) {
                            if (worker < 3) {
                                queue.add(bytes(worker + "-" + i));
                            } else {
                                taken.add(queue.take(within()).toString(UTF_8));
                            }
                        }
                        return null;
                    });
        }
        assertThat(taken).hasSize(elements).doesNotHaveDuplicates();
        for (int worker = 0; worker < 3; worker++) {
            String own = worker + "-";
            assertThat(taken).filteredOn(element -> element.startsWith(own)).hasSize(elements / 3);
        }
    }

    @Test
    void priorityQueueGivesTheLowestNumberFirst() throws Exception {
        try (Client client = client();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            PriorityQueue queue = new PriorityQueue(client, "priorities");
            Future<String> waits = threads.submit(() -> queue.take(within()).toString(UTF_8));
            queue.add(9, bytes("nobody else"));
            assertThat(waits.get()).isEqualTo("nobody else");
            for (String element : List.of("10 a", "9 a", "10 b", "65535 a", "0 a", "9 b")) {
                queue.add(Integer.parseInt(element.split(" ")[0]), bytes(element));
            }
            for (String element : List.of("0 a", "9 a", "9 b", "10 a", "10 b", "65535 a")) {
                assertThat(queue.take(within()).toString(UTF_8)).isEqualTo(element);
            }
            assertThatThrownBy(() -> queue.add(65_536, bytes("x")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("65536");
        }
    }

    @Test
    void oneLeaderAtATimeEvenWhenItsMemberDies() throws Exception {
        AtomicInteger leading = new AtomicInteger();
        CountDownLatch restarted = new CountDownLatch(1);
        AtomicInteger terms = new AtomicInteger();
        try (Client client = client()) {
            ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
            try (threads) {
                List<Future<Void>> candidates = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    String name = "candidate" + i;
                    candidates.add(
                            threads.submit(() -> {
                                try (Session session = Session.open(client, 60)) {
                                    Election election = new Election(session, "chair");
                                    election.campaign(bytes(name), within());
                                    restarted.await();
                                    assertThat(leading.incrementAndGet()).isEqualTo(1);
                                    assertThat(election.leader().orElseThrow().getValue())
                                            .isEqualTo(bytes(name));
                                    election.proclaim(bytes(name + "!"));
                                    terms.incrementAndGet();
                                    leading.decrementAndGet();
                                    election.resign();
                                }
                                return null;
                            }));
                }
                members.await(
                        () ->
                                client.kv()
                                                .range(
                                                        RangeRequest.newBuilder()
                                                                .setKey(bytes("chair/"))
                                                                .setRangeEnd(bytes("chair0"))
                                                                .build())
                                                .getKvsCount()
                                        == 4,
                        "all standing");
                killAndRestart(members.leader());
                restarted.countDown();
                for (Future<Void> candidate : candidates) {
                    candidate.get();
                }
            }
            assertThat(terms).hasValue(4);
        }
    }

    @Test
    void barriersHoldUntilAllAreThere() throws Exception {
        int parties = 4;
        int rounds = 20;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger released = new AtomicInteger();
        try (Client client = client()) {
            Barrier barrier = new Barrier(client, "barrier");
            barrier.hold();
            together(
                    parties + 1,
                    worker -> {
                        if (worker == parties) {
                            assertThat(released).hasValue(0);
                            barrier.release();
                            return null;
                        }
                        new Barrier(client, "barrier").await(within());
                        released.incrementAndGet();
                        try (Session session = Session.open(client, 60)) {
                            DoubleBarrier both = new DoubleBarrier(session, "double", parties);
                            for (int round = 1; round <= rounds; round++) {
                                inside.incrementAndGet();
                                both.enter(within());
                                // Nobody leaves before this one does.
                                assertThat(inside).hasValue(round * parties);
                                both.leave(within());
                            }
                        }
                        return null;
                    });
            assertThat(released).hasValue(parties);
        }
    }

    @Test
    void tokenThatAMemberForgotIsRenewed() throws Exception {
        Path home = Files.createDirectory(temp.resolve("auth"));
        Victim first = Victim.launch(home).serving();
        try (Cable cable = new Cable(first.clientPort())) {
            try (Client admin = Client.connect(ClientConfig.of(cable.endpoint()))) {
                admin.auth()
                        .userAdd(
                                AuthUserAddRequest.newBuilder()
                                        .setName("root")
                                        .setPassword("pw")
                                        .build());
                admin.auth().roleAdd(AuthRoleAddRequest.newBuilder().setName("root").build());
                admin.auth()
                        .userGrantRole(
                                AuthUserGrantRoleRequest.newBuilder()
                                        .setUser("root")
                                        .setRole("root")
                                        .build());
                admin.auth().enable(AuthEnableRequest.getDefaultInstance());
            }
            ClientConfig config =
                    ClientConfig.builder(List.of(cable.endpoint())).user("root", "pw").build();
            try (Client client = Client.connect(config)) {
                client.kv().put("k", "1");
                Watch watch = client.watches().prefix(bytes("k"), 0);
                watch.awaitCreated(within());
                // Simple tokens live in the member's memory alone.
                first.kill();
                Victim second = Victim.launch(home).serving();
                try (second) {
                    cable.leadTo(second.clientPort());
                    put(client, "k", "2");
                    List<String> seen = new ArrayList<>();
                    collect(watch, seen, 1);
                    assertThat(seen.getFirst()).endsWith("=2");
                }
            }
        } finally {
            first.close();
        }
    }

    @Test
    void requestsGoToTheMembersThatAreLeft() throws Exception {
        cables.get("c1").cut();
        try (Client client = client()) {
            for (int i = 0; i < 10; i++) {
                client.kv().put("left", Integer.toString(i));
            }
            cables.get("c2").cut();
            for (int i = 0; i < 10; i++) {
                assertThat(client.kv().get("left").getKvs(0).getValue()).isEqualTo(bytes("9"));
            }
        } finally {
            cables.values().forEach(Cable::heal);
        }
    }

    private Client client() {
        return Client.connect(
                ClientConfig.builder(cables.values().stream().map(Cable::endpoint).toList())
                        .requestTimeout(Duration.ofSeconds(20))
                        .build());
    }

    private Client direct(String name) {
        return Client.connect(ClientConfig.of("127.0.0.1:" + members.victim(name).clientPort()));
    }

    private void killAndRestart(String name) throws Exception {
        members.victim(name).kill();
        members.restart(name);
        members.awaitReadable(name);
        cables.get(name).leadTo(members.victim(name).clientPort());
    }

    private interface Work {
        @Nullable Void run(int worker) throws Exception;
    }

    private static void together(int workers, Work work) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                int worker = i;
                Callable<Void> one = () -> work.run(worker);
                all.add(threads.submit(one));
            }
            for (Future<Void> one : all) {
                one.get();
            }
        }
    }

    private static Deadline within() {
        return Deadline.in(LIMIT);
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
