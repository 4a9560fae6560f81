package dev.quorate.server;

import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.StatusRequest;
import dev.quorate.proto.etcdserverpb.StatusResponse;
import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.message.Message;
import dev.quorate.server.boot.StartException;
import dev.quorate.server.config.Bootstrap;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.config.StorageSettings;
import dev.quorate.server.config.Url;
import dev.quorate.server.loop.Worker;
import dev.quorate.server.peer.Peer;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import dev.quorate.server.peer.PeerSide;
import dev.quorate.server.peer.SnapshotContent;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import dev.quorate.storage.disk.MemDisk;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.Engine;
import dev.quorate.storage.engine.ForwardingEngine;
import dev.quorate.storage.engine.MemEngine;
import dev.quorate.storage.engine.ReadView;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Several members on one thread, with disks and a network in memory and a clock that the test moves. Everybody gets a turn every five
 * milliseconds of that clock; what is sent arrives in the next turn.
 */
public final class HandCluster {
    static final long TURN_NANOS = 5_000_000L;
    private static final int TURNS_MAX = 50_000;
    private static final int FIRST_PORT = 10_000;

    final List<Member> members = new ArrayList<>();
    private final List<Runnable> network = new ArrayList<>();
    private long nowNanos = 1;

    /** @param settings changes the members' configuration */
    public HandCluster(int size, UnaryOperator<ServerConfig> settings)
            throws IOException, StartException {
        List<Bootstrap.Member> initial = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            initial.add(new Bootstrap.Member("m" + i, List.of(Url.loopback(FIRST_PORT + i))));
        }
        for (int i = 0; i < size; i++) {
            ServerConfig config =
                    ServerConfig.loopback(
                                    "m" + i,
                                    Path.of("/m" + i),
                                    FIRST_PORT + i,
                                    FIRST_PORT + size + i)
                            .withBootstrap(Bootstrap.of(initial))
                            .withStorage(
                                    StorageSettings.defaults().withBatchInterval(Duration.ZERO));
            members.add(new Member(i, settings.apply(config)));
        }
        for (Member member : members) {
            member.start();
        }
    }

    /** One member with its disk; what is done to it happens between two turns. */
    public final class Member {
        private final ServerConfig config;
        private final int number;
        final MemDisk disk = new MemDisk();
        final MemEngine engine = new MemEngine();

        /** Its log's disk does nothing while this is set. */
        boolean diskStalls;

        /** Nothing of it runs while this is set, as after SIGSTOP. */
        boolean stopped;

        /** Nothing reaches or leaves it while this is set. */
        boolean cutOff;

        /** Records that each worker has read by scanning its database. */
        final Map<String, Long> scanned = new TreeMap<>();

        private String working = "";
        private @Nullable EtcdServer server;
        private Map<String, Worker> workers = new LinkedHashMap<>();

        Member(int number, ServerConfig config) {
            this.number = number;
            this.config = config;
        }

        void start() throws IOException, StartException {
            Random random = new Random(number);
            server =
                    EtcdServer.open(
                            config,
                            new EtcdServer.World(
                                    disk,
                                    _ -> new ScansCounted(engine),
                                    new Net(this),
                                    () -> nowNanos,
                                    InstantSource.fixed(
                                            Instant.ofEpochSecond(1_700_000_000 + number)),
                                    random,
                                    random,
                                    Runnable::run,
                                    Life.SMALL_LOG));
            workers = server.startByHand(true);
        }

        EtcdServer server() {
            if (server == null) {
                throw new IllegalStateException("not started");
            }
            return server;
        }

        long id() {
            return server().memberId();
        }

        boolean leads() {
            return status().getLeader() == id();
        }

        /** What it says of itself, which it says at once. */
        StatusResponse status() {
            Answer<StatusResponse> answer = call("Status", StatusRequest.getDefaultInstance());
            return answer.get();
        }

        void work(String... names) throws Exception {
            if (stopped || server == null) {
                return;
            }
            for (var worker : workers.entrySet()) {
                boolean isAsked = names.length == 0 || List.of(names).contains(worker.getKey());
                if (isAsked && (!diskStalls || !worker.getKey().equals("wal"))) {
                    working = worker.getKey();
                    worker.getValue().work(nowNanos);
                    working = "";
                }
            }
        }

        private final class ScansCounted extends ForwardingEngine {
            ScansCounted(Engine engine) {
                super(engine);
            }

            @Override
            public ReadView read() {
                ReadView view = super.read();
                return new ReadView() {
                    @Override
                    public byte @Nullable [] get(Bucket bucket, byte[] key) {
                        return view.get(bucket, key);
                    }

                    @Override
                    public void scan(
                            Bucket bucket, byte[] from, byte @Nullable [] to, Visitor visitor) {
                        view.scan(
                                bucket,
                                from,
                                to,
                                (key, value) -> {
                                    scanned.merge(working, 1L, Long::sum);
                                    return visitor.visit(key, value);
                                });
                    }

                    @Override
                    public @Nullable Entry last(Bucket bucket) {
                        return view.last(bucket);
                    }

                    @Override
                    public long count(Bucket bucket) {
                        return view.count(bucket);
                    }

                    @Override
                    public void close() {
                        view.close();
                    }
                };
            }
        }

        /** Calls a unary method; the answer comes with later turns. */
        <R extends MessageLite> Answer<R> call(String method, MessageLite request) {
            return call(method, request, Call.internal());
        }

        @SuppressWarnings("unchecked")
        <R extends MessageLite> Answer<R> call(String method, MessageLite request, Call call) {
            for (Rpc rpc : server().services().all()) {
                if (rpc.method().equals(method) && rpc instanceof Rpc.Unary<?> unary) {
                    Answer<R> answer = new Answer<>();
                    ((Rpc.UnaryHandler<MessageLite>) unary.handler()).handle(call, request, answer);
                    return answer;
                }
            }
            throw new IllegalArgumentException("no method " + method);
        }
    }

    /** What comes back from a call. */
    final class Answer<R extends MessageLite> implements Reply {
        private @Nullable Payload response;
        private @Nullable StatusException refusal;
        private int answers;

        @Override
        public void succeed(Payload payload) {
            response = payload;
            answers++;
        }

        @Override
        public void fail(StatusException why) {
            refusal = why;
            answers++;
        }

        boolean isThere() {
            if (answers > 1) {
                throw new AssertionError("answered " + answers + " times");
            }
            return answers == 1;
        }

        boolean isRefused() {
            return refusal != null;
        }

        /** Works until it is there. */
        R await() throws Exception {
            workUntil(this::isThere);
            if (refusal != null) {
                throw refusal;
            }
            return get();
        }

        @SuppressWarnings("unchecked")
        R get() {
            if (response == null) {
                throw new AssertionError("no response: " + refusal);
            }
            return (R) response.message();
        }

        /** Works until the refusal is there. */
        String awaitRefusal() throws Exception {
            workUntil(this::isThere);
            if (refusal == null) {
                throw new AssertionError("not refused");
            }
            return refusal.description();
        }
    }

    private final class Net implements Transport {
        private final Member self;

        Net(Member self) {
            this.self = self;
        }

        @Override
        public void members(List<Peer> others) {}

        @Override
        public void send(List<Message> messages) {
            for (Message message : messages) {
                if (!runs(message.to())) {
                    continue;
                }
                Member to = member(message.to());
                carry(self, to, () -> to.server().peerSide().receive(List.of(message)));
            }
        }

        @Override
        public void sendSnapshot(InstallSnapshot message, SnapshotContent content) {
            Member to = member(message.to());
            boolean[] arrived = new boolean[1];
            network.add(() -> {
                try (content) {
                    var bytes = new ByteArrayOutputStream();
                    content.writeTo(bytes);
                    if (isUp(self, to) && !to.stopped) {
                        to.server()
                                .peerSide()
                                .receiveSnapshot(
                                        message, new ByteArrayInputStream(bytes.toByteArray()));
                        arrived[0] = true;
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                network.add(() -> self.server().peerSide().snapshotSent(to.id(), arrived[0]));
            });
        }

        @Override
        public long connectedNanos(long memberId) {
            return runs(memberId) && isUp(self, member(memberId)) ? 0 : NOT_CONNECTED;
        }

        @Override
        public void call(
                long memberId, PeerRequest request, Duration limit, Consumer<PeerResponse> done) {
            if (!runs(memberId)) {
                done.accept(PeerResponse.NONE);
                return;
            }
            Member to = member(memberId);
            boolean[] answered = new boolean[1];
            Consumer<PeerResponse> once =
                    response -> {
                        if (!answered[0]) {
                            answered[0] = true;
                            done.accept(response);
                        }
                    };
            carry(
                    self,
                    to,
                    () ->
                            to.server()
                                    .peerSide()
                                    .answer(
                                            request,
                                            response ->
                                                    carry(to, self, () -> once.accept(response))));
            after(limit, () -> once.accept(PeerResponse.NONE));
        }

        @Override
        public PeerResponse ask(String url, PeerRequest request, Duration limit)
                throws IOException {
            for (Member to : members) {
                if (to.server != null && to.server().peerSide().urls().contains(url)) {
                    PeerResponse[] answer = {PeerResponse.NONE};
                    PeerSide side = to.server().peerSide();
                    side.answer(request, response -> answer[0] = response);
                    return answer[0];
                }
            }
            throw new IOException(url + ": connection refused");
        }
    }

    private record Later(long atNanos, Runnable action) {}

    private final List<Later> timers = new ArrayList<>();

    private void after(Duration delay, Runnable action) {
        timers.add(new Later(nowNanos + delay.toNanos(), action));
    }

    private static boolean isUp(Member from, Member to) {
        return !from.cutOff && !to.cutOff && to.server != null;
    }

    private void carry(Member from, Member to, Runnable delivery) {
        if (isUp(from, to)) {
            network.add(() -> {
                if (isUp(from, to) && !to.stopped) {
                    delivery.run();
                }
            });
        }
    }

    /** Not so a member that was added and never started. */
    private boolean runs(long id) {
        return members.stream().anyMatch(member -> member.server != null && member.id() == id);
    }

    Member member(long id) {
        for (Member member : members) {
            if (member.server != null && member.id() == id) {
                return member;
            }
        }
        throw new IllegalArgumentException("no member " + id);
    }

    long nowNanos() {
        return nowNanos;
    }

    /** Works until one member leads and all serve; returns the leader. */
    Member serving() throws Exception {
        workUntil(() -> members.stream().allMatch(member -> member.server().ready().isDone()));
        return leader();
    }

    /** The one that leads and is not stopped. */
    Member leader() {
        return members.stream()
                .filter(member -> member.leads() && !member.stopped && !member.cutOff)
                .findFirst()
                .orElseThrow();
    }

    /** One of the others. */
    Member otherThan(Member one) {
        return members.stream().filter(member -> member != one).findFirst().orElseThrow();
    }

    /** Works until somebody else leads. */
    Member leaderOtherThan(Member former) throws Exception {
        workUntil(() -> members.stream().anyMatch(member -> member != former && member.leads()));
        return members.stream()
                .filter(member -> member != former && member.leads())
                .findFirst()
                .orElseThrow();
    }

    void workUntil(BooleanSupplier condition) throws Exception {
        for (int turn = 0; !condition.getAsBoolean(); turn++) {
            if (turn > TURNS_MAX) {
                throw new AssertionError("what is waited for does not happen");
            }
            turn();
        }
    }

    void workFor(Duration duration) throws Exception {
        long end = nowNanos + duration.toNanos();
        while (nowNanos < end) {
            turn();
        }
    }

    /** Lets time pass for whoever looks at the clock, while nobody works. */
    void jump(Duration duration) {
        nowNanos += duration.toNanos();
    }

    /** What was sent and has not arrived. */
    int underWay() {
        return network.size();
    }

    /** Lets arrive what was sent, while nobody works; returns how much it was. */
    int deliver() {
        List<Runnable> arriving = List.copyOf(network);
        network.clear();
        arriving.forEach(Runnable::run);
        return arriving.size();
    }

    /** Lets all workers of these names work once, or all without a name, while nothing arrives and no time passes. */
    void letWork(String... names) throws Exception {
        for (Member member : members) {
            member.work(names);
        }
    }

    private void turn() throws Exception {
        nowNanos += TURN_NANOS;
        deliver();
        for (Later timer : List.copyOf(timers)) {
            if (timer.atNanos <= nowNanos) {
                timers.remove(timer);
                timer.action.run();
            }
        }
        for (Member member : members) {
            member.work();
        }
    }
}
