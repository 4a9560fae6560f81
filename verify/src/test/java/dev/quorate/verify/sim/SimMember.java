package dev.quorate.verify.sim;

import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.StatusException;
import dev.quorate.server.EtcdServer;
import dev.quorate.server.boot.StartException;
import dev.quorate.server.config.Bootstrap;
import dev.quorate.server.config.RaftSettings;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.config.StorageSettings;
import dev.quorate.server.config.Url;
import dev.quorate.server.config.Urls;
import dev.quorate.server.loop.Worker;
import dev.quorate.server.peer.PeerSide;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Cancellation;
import dev.quorate.server.service.Inlet;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import dev.quorate.storage.disk.FaultyDisk;
import dev.quorate.storage.disk.MemDisk;
import dev.quorate.storage.wal.WalOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One place for a member: its disk and clock, which outlive it, and the process that runs there now, if any. A place may be empty; when a
 * member was removed, another one may get it, with an empty disk.
 */
final class SimMember {
    private static final long MICRO = 1000;
    private static final long MILLI = 1_000_000;
    private static final long WAKE_NANOS = 3 * MILLI;
    private static final WalOptions SMALL_LOG = new WalOptions(8192, 1024);
    private static final int CLIENT_PORT = 20_000;
    private static final int PEER_PORT = 30_000;

    /** Places that there may be; all ports that leave the same rest lead to one place. */
    private static final int PLACES_MAX = 100;

    /** What a step of the process may throw. */
    interface Step {
        void run() throws Exception;
    }

    /** Hears how a call ended; exactly one method is called, unless the process dies, which is {@link #lost} too. */
    interface Answer {
        void answered(MessageLite response);

        void refused(StatusException why);

        /** The connection broke. */
        void lost();
    }

    final int slot;
    private final World world;
    private final Random random;
    private final SimClock clock;
    private @Nullable ServerConfig config;
    private MemDisk disk = new MemDisk();
    private SimStore engine;
    private int addresses;
    private boolean joins;
    private boolean settled;
    private long startedAt;
    private boolean snapshotIsNew;
    private long snapshotSeen;
    private int life;
    private @Nullable Process process;
    private long memberId;
    private long pausedUntil;
    private long diskNanos = MILLI / 2;

    /** Writes of any kind until the power goes; 0 for never. */
    private int writesToCrash;

    /** Writes of any kind until one fails; 0 for never. */
    private int writesToFailure;

    /** An empty place. */
    SimMember(World world, int slot, Random random) {
        this.world = world;
        this.slot = slot;
        this.random = random;
        this.clock = new SimClock(world::now, random.nextLong(1L << 40));
        this.engine = world.newStore();
    }

    /** The place that a peer URL leads to. */
    static int slotOf(String url) {
        int port = Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
        return (port - PEER_PORT) % PLACES_MAX;
    }

    /** The first address of a place. */
    static String firstUrl(int slot) {
        return Url.loopback(PEER_PORT + slot).text();
    }

    /** Another address of this place. */
    String nextUrl() {
        return Url.loopback(PEER_PORT + slot + PLACES_MAX * ++addresses).text();
    }

    /**
     * Gives the place to a member, which may be started then.
     *
     * @param initial {@code --initial-cluster}: the peer URL by the place that it leads to
     * @param existing whether that cluster exists already
     */
    void employ(Map<Integer, String> initial, boolean existing) {
        joins = existing;
        List<Bootstrap.Member> cluster = new ArrayList<>();
        initial.forEach((other, url) ->
                cluster.add(new Bootstrap.Member("m" + other, Url.parseAll(List.of(url)))));
        config = config(cluster, Objects.requireNonNull(initial.get(slot)));
    }

    /** The member that was here is gone, and its disk with it. */
    void clear() {
        if (process != null) {
            throw new IllegalStateException("a process runs at " + slot);
        }
        world.trace.note(world.now(), "clear", slot, memberId, 0, "");
        disk = new MemDisk();
        engine.close();
        engine = world.newStore();
        world.storeJudge.forget(slot);
        config = null;
        memberId = 0;
        snapshotSeen = 0;
        settled = false;
    }

    /** The end of the world. */
    void close() {
        engine.close();
    }

    /** Whether a member belongs here. */
    boolean isEmployed() {
        return config != null;
    }

    private ServerConfig config(List<Bootstrap.Member> cluster, String url) {
        Plan plan = world.plan;
        return ServerConfig.defaults("m" + slot, Path.of("/data"))
                .withUrls(
                        Urls.of(
                                Url.parseAll(List.of(url)).getFirst(),
                                Url.loopback(CLIENT_PORT + slot)))
                .withBootstrap(
                        Bootstrap.of(cluster)
                                .withState(joins ? Bootstrap.State.EXISTING : Bootstrap.State.NEW))
                .withStorage(StorageSettings.defaults().withBatchInterval(Duration.ZERO))
                .withRaft(
                        RaftSettings.defaults()
                                .withSnapshots(plan.snapshotCount(), plan.catchupEntries())
                                .withFilesKept(2, 2));
    }

    /** What dies with the power. */
    private final class Process {
        final EtcdServer server;
        final Map<String, Slot> workers = new LinkedHashMap<>();
        final ArrayDeque<Runnable> guests = new ArrayDeque<>();
        final Map<String, Rpc> methods = new LinkedHashMap<>();
        final List<Answer> open = new ArrayList<>();
        final List<Stream<?>> streams = new ArrayList<>();

        Process(int ofLife, ServerConfig config) throws IOException, StartException {
            FaultyDisk faulty =
                    new FaultyDisk(
                            disk,
                            (operation, path, bytes) -> {
                                snapshotIsNew |= path.endsWith(".snap");
                                if (changes(operation)) {
                                    boundary(path);
                                }
                                return bytes;
                            });
            SimEngine watched =
                    new SimEngine(
                            engine.open(), slot, () -> boundary("database"), world.storeJudge);
            server =
                    EtcdServer.open(
                            config,
                            new EtcdServer.World(
                                    faulty,
                                    _ -> watched,
                                    world.network.transport(SimMember.this, ofLife),
                                    clock::nanos,
                                    clock,
                                    new Random(random.nextLong()),
                                    new Random(random.nextLong()),
                                    guests::add,
                                    SMALL_LOG));
            server.startByHand(world.sharesWork)
                    .forEach((name, worker) -> workers.put(name, new Slot(name, worker)));
            for (Rpc rpc : server.services().all()) {
                if (rpc.service().startsWith("etcdserverpb.")) {
                    methods.put(rpc.method(), rpc);
                }
            }
        }
    }

    /** One worker and when it works next. */
    private final class Slot {
        final String name;
        final Worker worker;
        long workAt = Long.MAX_VALUE;
        int ticket;

        Slot(String name, Worker worker) {
            this.name = name;
            this.worker = worker;
        }

        /** How long after its input came it gets to work. */
        long latency() {
            return switch (name) {
                case "raft" -> 5 * MICRO + random.nextLong(45 * MICRO);
                case "wal" -> diskNanos / 2 + random.nextLong(diskNanos);
                case "apply" ->
                        10 * MICRO
                                + random.nextLong(
                                        random.nextInt(20) == 0 ? 20 * MILLI : 200 * MICRO);
                case "commit" -> MILLI + random.nextLong(150 * MILLI);
                default -> 10 * MICRO + random.nextLong(500 * MICRO);
            };
        }
    }

    // Life and death

    boolean isUp() {
        return process != null;
    }

    boolean isAlive(int ofLife) {
        return process != null && life == ofLife;
    }

    boolean isPaused() {
        return world.now() < pausedUntil;
    }

    /** When the process that runs here, or the last one, began. */
    long startedAt() {
        return startedAt;
    }

    SimClock clock() {
        return clock;
    }

    long memberId() {
        return memberId;
    }

    PeerSide peerSide() {
        return alive().server.peerSide();
    }

    MemDisk disk() {
        return disk;
    }

    private Process alive() {
        Process now = process;
        if (now == null) {
            throw new IllegalStateException("member " + slot + " is down");
        }
        return now;
    }

    /** Starts a process on what is on the disk. */
    void start() {
        ServerConfig how = config;
        if (process != null || how == null) {
            return;
        }
        life++;
        world.trace.note(world.now(), "start", slot, life, 0, "");
        try {
            Process next = new Process(life, how);
            process = next;
            startedAt = world.now();
            settled = true;
            memberId = next.server.memberId();
            next.workers.values().forEach(worker -> schedule(worker, worker.latency()));
        } catch (PowerLoss _) {
            died("crash");
        } catch (IOException | StartException e) {
            // Whoever joins with an old list of members is refused and has to get a new one.
            boolean early = joins && !settled && e instanceof StartException;
            if (writesToFailure >= 0 && !early) {
                throw new AssertionError("member " + slot + " does not start again", e);
            }
            writesToFailure = Math.max(0, writesToFailure);
            engine.crash();
            died("exit");
        }
    }

    /** The power goes now. */
    void crash() {
        if (process == null) {
            return;
        }
        disk = disk.crashClone(random);
        engine.crash();
        died("crash");
    }

    /** The power goes at one of the next writes. */
    void crashWhileWriting(int writes) {
        writesToCrash = writes;
    }

    void failWrite(int writes) {
        writesToFailure = writes;
    }

    void slowDisk(long nanos) {
        diskNanos = nanos;
    }

    void pause(long nanos) {
        pausedUntil = world.now() + nanos;
        world.trace.note(world.now(), "pause", slot, nanos, 0, "");
    }

    void calm() {
        pausedUntil = 0;
        diskNanos = MILLI / 2;
        writesToCrash = 0;
        writesToFailure = 0;
        clock.rate(0);
    }

    private void died(String how) {
        world.trace.note(world.now(), how, slot, life, 0, "");
        Process old = process;
        process = null;
        life++;
        writesToCrash = 0;
        if (old != null) {
            List.copyOf(old.open).forEach(answer -> world.after(MILLI, answer::lost));
            List.copyOf(old.streams).forEach(Stream::broken);
        }
        world.died(this);
    }

    private static boolean changes(FaultyDisk.Operation operation) {
        return switch (operation) {
            case MAKE_DIRECTORY, RENAME, DELETE, SYNC_DIRECTORY, WRITE, TRUNCATE, SYNC, OPEN ->
                    true;
            case LIST, READ, LOCK -> false;
        };
    }

    private void boundary(String path) throws IOException {
        losePower();
        if (writesToFailure > 0 && --writesToFailure == 0) {
            writesToFailure = -1;
            throw new IOException(path + ": input/output error");
        }
    }

    private void losePower() {
        if (writesToCrash > 0 && --writesToCrash == 0) {
            disk = disk.crashClone(random);
            engine.crash();
            throw new PowerLoss();
        }
    }

    // Work

    /** Lets workers that were given something work soon. */
    void poke() {
        poke(false);
        wakeAfterShared();
    }

    /** Whoever brought something may have applied it at once. */
    private void wakeAfterShared() {
        if (process != null && world.sharesWork) {
            wake("commit");
            wake("watch");
        }
    }

    /** @param nudge also those whom reads and watches reach without a letter */
    private void poke(boolean nudge) {
        Process now = process;
        if (now == null) {
            return;
        }
        for (Slot worker : now.workers.values()) {
            boolean nudged = nudge && (worker.name.equals("raft") || worker.name.equals("watch"));
            if (nudged || !worker.worker.mailbox().isEmpty()) {
                schedule(worker, worker.latency());
            }
        }
        if (!now.guests.isEmpty()) {
            int ofLife = life;
            world.after(
                    10 * MICRO + random.nextLong(100 * MICRO),
                    () -> {
                        if (isAlive(ofLife)) {
                            whenAwake(this::guest);
                        }
                    });
        }
    }

    private void guest() {
        Runnable task = alive().guests.poll();
        if (task != null) {
            task.run();
        }
    }

    private void schedule(Slot worker, long delay) {
        if (world.now() < pausedUntil + WAKE_NANOS
                && worker.workAt >= pausedUntil
                && worker.workAt <= pausedUntil + WAKE_NANOS) {
            return; // it has its place in the crowd
        }
        long at = isPaused() ? wakeUp() : world.now() + delay;
        if (worker.workAt <= at) {
            return;
        }
        worker.workAt = at;
        int ticket = ++worker.ticket;
        int ofLife = life;
        world.at(
                at,
                () -> {
                    if (isAlive(ofLife) && worker.ticket == ticket) {
                        work(worker);
                    }
                });
    }

    private void work(Slot worker) {
        worker.workAt = Long.MAX_VALUE;
        if (isPaused()) {
            schedule(worker, worker.latency());
            return;
        }
        long[] wait = {Worker.UNTIL_INPUT};
        if (!guarded(() -> wait[0] = worker.worker.work(clock.nanos()))) {
            return;
        }
        switch (worker.name) {
            case "apply" -> {
                wake("commit");
                wake("watch");
                reschedule(worker, wait[0]);
            }
            case "raft" -> {
                wakeAfterShared();
                reschedule(worker, wait[0]);
            }
            case "wal" -> {
                checkSnapshot();
                wakeAfterShared();
                reschedule(worker, wait[0]);
            }
            case "commit" -> {
                // It would wait for something to commit; here the apply loop wakes it.
            }
            default -> reschedule(worker, wait[0]);
        }
        if (alive().server.failed().isDone()) {
            disk = disk.crashClone(random);
            engine.crash();
            died("exit");
            return;
        }
        poke(false);
    }

    /** After a snapshot file was written the log names it before long. */
    private void checkSnapshot() {
        if (snapshotIsNew) {
            long newest = world.durabilityJudge.checkSnapshot(this);
            snapshotIsNew = newest == snapshotSeen;
            snapshotSeen = newest;
        }
    }

    private void wake(String name) {
        Slot worker = alive().workers.get(name);
        schedule(worker, worker.latency());
    }

    private void reschedule(Slot worker, long wait) {
        if (wait != Worker.UNTIL_INPUT) {
            schedule(
                    worker,
                    Math.max(worker.latency(), clock.trueDelay(Math.min(wait, 10_000 * MILLI))));
        }
    }

    /** Runs code of the process; false when the process is dead afterwards. */
    boolean guarded(Step step) {
        try {
            step.run();
            return true;
        } catch (PowerLoss _) {
            died("crash");
            return false;
        } catch (IOException e) {
            if (writesToFailure != -1) {
                throw new AssertionError("member " + slot + " failed without a fault", e);
            }
            // The process ends with one line; its disk keeps what was synced, and perhaps more.
            writesToFailure = 0;
            disk = disk.crashClone(random);
            engine.crash();
            died("exit");
            return false;
        } catch (Exception e) {
            throw new AssertionError("member " + slot + " failed", e);
        }
    }

    /** All threads wake up together, but which of them gets to run first nobody knows. */
    private long wakeUp() {
        return pausedUntil + random.nextLong(WAKE_NANOS);
    }

    /** Runs something when the process is not paused; never, when it dies before. */
    void whenAwake(Runnable action) {
        if (!isPaused()) {
            if (guarded(action::run)) {
                poke(true);
                wakeAfterShared();
            }
            return;
        }
        int ofLife = life;
        world.at(
                wakeUp(),
                () -> {
                    if (isAlive(ofLife)) {
                        whenAwake(action);
                    }
                });
    }

    // Clients

    /** Calls a unary method; returns false when nobody listens. */
    boolean call(String method, MessageLite request, long deadlineNanos, Answer answer) {
        Process now = process;
        if (now == null) {
            return false;
        }
        boolean[] answered = {false};
        Answer[] registered = new Answer[1];
        Answer once =
                new Answer() {
                    private boolean first() {
                        boolean isFirst = !answered[0];
                        answered[0] = true;
                        now.open.remove(registered[0]);
                        return isFirst;
                    }

                    @Override
                    public void answered(MessageLite response) {
                        if (first()) {
                            answer.answered(response);
                        }
                    }

                    @Override
                    public void refused(StatusException why) {
                        if (first()) {
                            answer.refused(why);
                        }
                    }

                    @Override
                    public void lost() {
                        if (first()) {
                            answer.lost();
                        }
                    }
                };
        registered[0] = once;
        now.open.add(once);
        int ofLife = life;
        world.after(
                wireNanos(),
                () -> {
                    if (isAlive(ofLife)) {
                        whenAwake(() -> handle(method, request, deadlineNanos, once, ofLife));
                    }
                });
        return true;
    }

    private long wireNanos() {
        return 50 * MICRO + random.nextLong(MILLI);
    }

    @SuppressWarnings("unchecked")
    private void handle(
            String method, MessageLite request, long deadlineNanos, Answer answer, int ofLife) {
        Rpc.Unary<MessageLite> unary = (Rpc.Unary<MessageLite>) alive().methods.get(method);
        Call call =
                new Call(
                        null,
                        null,
                        false,
                        "unknown",
                        clock.nanos() + deadlineNanos,
                        new Cancellation());
        unary.handler()
                .handle(
                        call,
                        request,
                        new Reply() {
                            @Override
                            public void succeed(Payload response) {
                                MessageLite message = response.message();
                                deliver(() -> answer.answered(message));
                            }

                            @Override
                            public void fail(StatusException refusal) {
                                deliver(() -> answer.refused(refusal));
                            }

                            private void deliver(Runnable then) {
                                if (isAlive(ofLife)) {
                                    world.after(
                                            wireNanos(),
                                            () -> {
                                                // What has left the machine arrives whatever
                                                // becomes of it.
                                                then.run();
                                            });
                                }
                            }
                        });
    }

    /** A stream of a client to this life of the member. */
    final class Stream<Q extends MessageLite> implements Outlet {
        private final int ofLife = life;
        private final Consumer<MessageLite> onMessage;
        private final Runnable onEnd;
        private @Nullable Inlet<Q> inlet;
        private boolean ended;
        private boolean closed;
        private long lastArrival;
        private long lastDeparture;
        private final ArrayDeque<Runnable> underWay = new ArrayDeque<>();

        private Stream(Consumer<MessageLite> onMessage, Runnable onEnd) {
            this.onMessage = onMessage;
            this.onEnd = onEnd;
        }

        /** Sends to the member. */
        void next(Q request) {
            toMember(() -> {
                if (inlet != null && !closed) {
                    inlet.next(request);
                }
            });
        }

        /** In order, as on one connection. */
        private void toMember(Runnable action) {
            lastDeparture = Math.max(world.now() + wireNanos(), lastDeparture + 1);
            underWay.add(action);
            world.at(
                    lastDeparture,
                    () -> {
                        if (isAlive(ofLife)) {
                            whenAwake(() -> underWay.remove().run());
                        }
                    });
        }

        /** The client goes away. */
        void close() {
            closed = true;
            if (isAlive(ofLife)) {
                alive().streams.remove(this);
                toMember(() -> {
                    if (inlet != null) {
                        inlet.cancelled();
                    }
                });
            }
        }

        private void broken() {
            world.after(MILLI, this::end);
        }

        private void end() {
            if (!ended && !closed) {
                ended = true;
                onEnd.run();
            }
        }

        @Override
        public void send(Payload message) {
            if (isAlive(ofLife) && !closed) {
                MessageLite parsed = message.message();
                long at = Math.max(world.now() + wireNanos(), lastArrival + 1);
                lastArrival = at;
                world.at(
                        at,
                        () -> {
                            if (!closed && !ended) {
                                onMessage.accept(parsed);
                            }
                        });
            }
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void onWritable(Runnable action) {
            action.run();
        }

        @Override
        public void finish() {
            world.at(Math.max(world.now(), lastArrival) + 1, this::end);
        }

        @Override
        public void fail(StatusException refusal) {
            finish();
        }
    }

    /** Opens a stream; null when nobody listens. */
    @SuppressWarnings("unchecked")
    <Q extends MessageLite> @Nullable Stream<Q> open(
            String method, Consumer<MessageLite> onMessage, Runnable onEnd) {
        Process now = process;
        if (now == null) {
            return null;
        }
        Stream<Q> stream = new Stream<>(onMessage, onEnd);
        now.streams.add(stream);
        stream.toMember(() -> {
            Rpc.BidiStream<Q> rpc = (Rpc.BidiStream<Q>) alive().methods.get(method);
            Call call = new Call(null, null, true, "unknown", Long.MAX_VALUE, new Cancellation());
            stream.inlet = rpc.handler().open(call, stream);
        });
        return stream;
    }
}
