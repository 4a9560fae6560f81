package dev.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.log.Level;
import dev.quorate.log.Line;
import dev.quorate.log.Log;
import dev.quorate.log.Sink;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.CompactionRequest;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.mvccpb.KeyValue;
import dev.quorate.server.config.RaftSettings;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.config.StorageSettings;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;
import dev.quorate.storage.disk.FaultyDisk;
import dev.quorate.storage.disk.MemDisk;
import dev.quorate.storage.engine.ForwardingEngine;
import dev.quorate.storage.engine.MemEngine;
import dev.quorate.storage.engine.RecordSource;
import dev.quorate.storage.engine.WriteBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power goes at every write, sync and change of names of a member's disk, and around every commit of its database; each time a new
 * member starts on what is left.
 *
 * <p>One client writes transactions in order, several under way at once. The nth sets {@code left} and {@code right} to n and adds {@code
 * journal/n}, some delete an older entry of the journal. What a restarted member holds must therefore be the state after exactly m of
 * them, at revision m + 1, with m no less than what was acknowledged.
 */
class CrashTest {
    private static final int LIVES = 6;
    private static final int WRITES_PER_LIFE_MAX = 60;
    private static final int UNDER_WAY_MAX = 5;
    private static final int DELETE_EVERY = 7;
    private static final int DELETE_BACK = 5;
    private static final int COMPACT_EVERY = 19;

    /** Every so many restarts the member crashes again while it starts. */
    private static final int CRASH_AGAIN_EVERY = 16;

    private Sink previous;

    @BeforeEach
    void keepQuiet() {
        previous =
                Log.install(
                        new Sink() {
                            @Override
                            public boolean isEnabled(Level level) {
                                return false;
                            }

                            @Override
                            public void write(Line line) {}
                        });
    }

    @AfterEach
    void speakAgain() {
        Log.install(previous);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void everyCrashLeavesWhatWasAcknowledged(long seed) throws Exception {
        new Run(seed).live(LIVES);
    }

    @Test
    @Tag("slow")
    void everyCrashOfManyLivesLeavesWhatWasAcknowledged() throws Exception {
        for (int i = 0; i < 50; i++) {
            new Run(System.nanoTime()).live(LIVES);
        }
    }

    /** What a crash left. */
    private record Remains(MemDisk disk, MemEngine engine) {}

    /** How much of what the client sent was answered when the power went. */
    private record Ledger(int acknowledged, int attempted) {}

    private static final class Run {
        private final long seed;
        private final Random random;
        private final ServerConfig config;
        private int crashes;
        private int acknowledged;
        private int attempted;
        private Remains next = new Remains(new MemDisk(), new MemEngine());
        private Ledger ledgerOfNext = new Ledger(0, 0);

        Run(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.config =
                    ServerConfig.loopback("one", Path.of("/data"), 2380, 2379)
                            .withStorage(
                                    StorageSettings.defaults().withBatchInterval(Duration.ZERO))
                            .withRaft(
                                    RaftSettings.defaults()
                                            .withSnapshots(12, 4)
                                            .withFilesKept(2, 2));
        }

        void live(int lives) throws Exception {
            System.out.println("seed " + seed);
            for (int i = 0; i < lives; i++) {
                Remains start = next;
                acknowledged = ledgerOfNext.acknowledged();
                attempted = ledgerOfNext.attempted();
                oneLife(start);
            }
            System.out.println(
                    crashes + " crashes, " + acknowledged + " transactions acknowledged");
            assertThat(crashes).isGreaterThan(lives * 50);
            assertThat(acknowledged).isGreaterThan(lives);
        }

        /** Starts, writes, and looks at what is left at each boundary; the crash of a random one begins the next life. */
        private void oneLife(Remains start) throws Exception {
            AtomicReference<Throwable> broken = new AtomicReference<>();
            int[] boundaries = new int[1];
            Life life =
                    new Life(
                            config,
                            new FaultyDisk(
                                    start.disk(),
                                    (operation, _, bytes) -> {
                                        if (changes(operation)) {
                                            crash(start, boundaries, broken);
                                        }
                                        return bytes;
                                    }),
                            new Watched(start.engine(), () -> crash(start, boundaries, broken)),
                            random.nextLong());
            life.serving();
            attempted = heldBy(life);
            acknowledged = attempted;
            int last = attempted + 1 + random.nextInt(WRITES_PER_LIFE_MAX);
            while (acknowledged < last) {
                while (attempted < last && attempted - acknowledged < UNDER_WAY_MAX) {
                    int number = ++attempted;
                    life.call("Txn", transaction(number), new Answer(() -> acknowledged = number));
                    if (number % COMPACT_EVERY == 0 && acknowledged > 2) {
                        life.call("Compact", compaction(acknowledged - 1), new Answer(() -> {}));
                    }
                }
                int before = acknowledged;
                life.workUntil(() -> acknowledged > before || broken.get() != null);
                if (broken.get() != null) {
                    throw new AssertionError("seed " + seed + ", crash " + crashes, broken.get());
                }
            }
        }

        private static boolean changes(FaultyDisk.Operation operation) {
            return switch (operation) {
                case MAKE_DIRECTORY, RENAME, DELETE, SYNC_DIRECTORY, WRITE, TRUNCATE, SYNC -> true;
                case OPEN -> true;
                case LIST, READ, LOCK -> false;
            };
        }

        private void crash(Remains from, int[] boundaries, AtomicReference<Throwable> broken) {
            if (broken.get() != null) {
                return;
            }
            try {
                Ledger ledger = new Ledger(acknowledged, attempted);
                Remains least =
                        new Remains(from.disk().crashCloneLosingAll(), from.engine().crashClone());
                Remains some =
                        new Remains(from.disk().crashClone(random), from.engine().crashClone());
                if (random.nextInt(++boundaries[0]) == 0) {
                    next = new Remains(from.disk().crashClone(random), from.engine().crashClone());
                    ledgerOfNext = ledger;
                }
                restart(least, ledger);
                restart(some, ledger);
            } catch (Throwable e) {
                broken.set(e);
            }
        }

        /** A member on the remains holds what was acknowledged, and goes on. */
        private void restart(Remains remains, Ledger ledger) throws Exception {
            crashes++;
            if (crashes % CRASH_AGAIN_EVERY == 0) {
                crashAgain(remains, ledger);
            } else {
                verify(
                        new Life(config, remains.disk(), remains.engine(), random.nextLong()),
                        ledger);
            }
        }

        /** The power goes a second time, at a random moment of the start. */
        private void crashAgain(Remains remains, Ledger ledger) throws Exception {
            int[] left = {random.nextInt(12)};
            AtomicReference<Remains> second = new AtomicReference<>();
            Runnable boundary =
                    () -> {
                        if (left[0]-- == 0) {
                            second.set(
                                    new Remains(
                                            remains.disk().crashClone(random),
                                            remains.engine().crashClone()));
                        }
                    };
            Life first =
                    new Life(
                            config,
                            new FaultyDisk(
                                    remains.disk(),
                                    (operation, _, bytes) -> {
                                        if (changes(operation)) {
                                            boundary.run();
                                        }
                                        return bytes;
                                    }),
                            new Watched(remains.engine(), boundary),
                            random.nextLong());
            verify(first, ledger);
            Remains twice = second.get();
            if (twice != null) {
                // The first of the two verifications may have added a transaction of its own.
                Ledger extended = new Ledger(ledger.acknowledged(), ledger.attempted() + 1);
                verify(new Life(config, twice.disk(), twice.engine(), random.nextLong()), extended);
            }
        }

        private void verify(Life life, Ledger ledger) throws Exception {
            life.serving();
            int held = heldBy(life);
            assertThat(held)
                    .as("seed %s, crash %s: transactions held", seed, crashes)
                    .isBetween(ledger.acknowledged(), ledger.attempted());
            boolean[] done = new boolean[1];
            life.call("Txn", transaction(held + 1), new Answer(() -> done[0] = true));
            life.workUntil(() -> done[0]);
            assertThat(heldBy(life)).isEqualTo(held + 1);
        }

        /** How many transactions a member holds, which must be the first ones, whole. */
        private int heldBy(Life life) throws Exception {
            AtomicReference<RangeResponse> answer = new AtomicReference<>();
            life.call(
                    "Range",
                    RangeRequest.newBuilder()
                            .setKey(ByteString.copyFrom(new byte[1]))
                            .setRangeEnd(ByteString.copyFrom(new byte[1]))
                            .build(),
                    new Answer(message -> answer.set((RangeResponse) message)));
            life.workUntil(() -> answer.get() != null);
            RangeResponse response = answer.get();
            int held = (int) response.getHeader().getRevision() - 1;
            TreeMap<String, String> found = new TreeMap<>();
            for (KeyValue one : response.getKvsList()) {
                found.put(
                        one.getKey().toStringUtf8(),
                        one.getValue().toStringUtf8() + " at " + one.getModRevision());
            }
            assertThat(found)
                    .as("seed %s, crash %s: the state after %s transactions", seed, crashes, held)
                    .isEqualTo(stateAfter(held));
            return held;
        }
    }

    private static TreeMap<String, String> stateAfter(int transactions) {
        TreeMap<String, String> state = new TreeMap<>();
        for (int i = 1; i <= transactions; i++) {
            String value = i + " at " + (i + 1);
            state.put("left", value);
            state.put("right", value);
            state.put("journal/" + i, value);
            if (i % DELETE_EVERY == 0) {
                state.remove("journal/" + (i - DELETE_BACK));
            }
        }
        return state;
    }

    private static TxnRequest transaction(int number) {
        TxnRequest.Builder transaction = TxnRequest.newBuilder();
        for (String key : new String[] {"left", "journal/" + number, "right"}) {
            transaction.addSuccess(
                    RequestOp.newBuilder()
                            .setRequestPut(
                                    PutRequest.newBuilder()
                                            .setKey(ByteString.copyFromUtf8(key))
                                            .setValue(
                                                    ByteString.copyFromUtf8(
                                                            Integer.toString(number)))));
        }
        if (number % DELETE_EVERY == 0) {
            transaction.addSuccess(
                    RequestOp.newBuilder()
                            .setRequestDeleteRange(
                                    DeleteRangeRequest.newBuilder()
                                            .setKey(
                                                    ByteString.copyFromUtf8(
                                                            "journal/" + (number - DELETE_BACK)))));
        }
        return transaction.build();
    }

    private static CompactionRequest compaction(long revision) {
        return CompactionRequest.newBuilder().setRevision(revision).build();
    }

    /** The engine, with something done before and after each commit. */
    private static final class Watched extends ForwardingEngine {
        private final Runnable boundary;

        Watched(MemEngine engine, Runnable boundary) {
            super(engine);
            this.boundary = boundary;
        }

        @Override
        public void commit(WriteBatch batch) throws IOException {
            boundary.run();
            super.commit(batch);
            boundary.run();
        }

        @Override
        public void replaceAll(RecordSource source) throws IOException {
            boundary.run();
            super.replaceAll(source);
            boundary.run();
        }
    }

    /** Hands on the answer; a refusal is an error of the member or of this test. */
    private record Answer(java.util.function.Consumer<com.google.protobuf.MessageLite> then)
            implements Reply {
        Answer(Runnable then) {
            this(_ -> then.run());
        }

        @Override
        public void succeed(Payload response) {
            then.accept(response.message());
        }

        @Override
        public void fail(StatusException refusal) {
            throw new AssertionError(refusal);
        }
    }
}
