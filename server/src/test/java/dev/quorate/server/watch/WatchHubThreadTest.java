package dev.quorate.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Inlet;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import dev.quorate.store.mvcc.Change;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The hub on its own thread, with a writer and readers on theirs. */
@Timeout(60)
class WatchHubThreadTest {
    private static final byte[] KEY = {'k'};

    private final MemoryHistory history = new MemoryHistory();
    private WatchHub hub = hub(WatchOptions.defaults());

    private WatchHub hub(WatchOptions options) {
        var identity =
                new WatchIdentity() {
                    @Override
                    public long clusterId() {
                        return 1;
                    }

                    @Override
                    public long memberId() {
                        return 2;
                    }

                    @Override
                    public long raftTerm() {
                        return 3;
                    }
                };
        return new WatchHub(history, identity, options, new Random(1), System::nanoTime);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    /** A connection: holds what was sent and not yet read, and is full from a mark on. */
    private static final class Connection implements Outlet {
        private static final long HIGH_WATER_BYTES = 64 << 10;

        private final ArrayDeque<Payload> queue = new ArrayDeque<>();
        private final ArrayList<Runnable> actions = new ArrayList<>();
        private long bytes;
        private long bytesMost;
        private StatusException status;

        @Override
        public synchronized void send(Payload message) {
            queue.add(message);
            bytes += message.sizeBytes();
            bytesMost = Math.max(bytesMost, bytes);
        }

        @Override
        public synchronized boolean isWritable() {
            return bytes < HIGH_WATER_BYTES;
        }

        @Override
        public void onWritable(Runnable action) {
            synchronized (this) {
                if (!isWritable()) {
                    actions.add(action);
                    return;
                }
            }
            action.run();
        }

        /** The oldest message; null when there is none. */
        Payload read() {
            List<Runnable> due = List.of();
            Payload payload;
            synchronized (this) {
                payload = queue.poll();
                if (payload != null) {
                    bytes -= payload.sizeBytes();
                }
                if (isWritable() && !actions.isEmpty()) {
                    due = List.copyOf(actions);
                    actions.clear();
                }
            }
            due.forEach(Runnable::run);
            return payload;
        }

        WatchResponse await() {
            while (true) {
                var payload = read();
                if (payload != null) {
                    return (WatchResponse) payload.message();
                }
                LockSupport.parkNanos(10_000);
            }
        }

        @Override
        public void finish() {}

        @Override
        public synchronized void fail(StatusException refusal) {
            status = refusal;
        }
    }

    private Inlet<WatchRequest> watch(Connection connection, WatchCreateRequest.Builder request) {
        var inlet = hub.open(Call.internal(), (_, _, _) -> null, connection);
        inlet.next(WatchRequest.newBuilder().setCreateRequest(request).build());
        return inlet;
    }

    private void publish(MemoryHistory.Op... ops) {
        hub.publish(history.txn(ops), history.currentRevision());
    }

    @Test
    void readersOfAllSpeedsSeeEveryRevisionWhileTheWriterNeverWaits() throws Exception {
        hub =
                hub(
                        WatchOptions.defaults()
                                .withRing(16, 1 << 20)
                                .withPendingBytesMax(32 << 10, 64 << 10));
        hub.start();
        int writes = 20_000;
        var connections = new ArrayList<Connection>();
        var threads = new ArrayList<Thread>();
        var failures = new ArrayList<Throwable>();
        for (int i = 0; i < 6; i++) {
            var connection = new Connection();
            connections.add(connection);
            watch(
                    connection,
                    i % 2 == 0
                            ? HubFixture.key("k").setStartRevision(2)
                            : HubFixture.range("a", "\0").setStartRevision(2));
            int pauseNanos = i * 2_000;
            threads.add(
                    Thread.ofPlatform()
                            .uncaughtExceptionHandler((_, e) -> {
                                synchronized (failures) {
                                    failures.add(e);
                                }
                            })
                            .start(() -> readAll(connection, writes, pauseNanos)));
        }
        var value = "v".repeat(200);
        for (int i = 0; i < writes; i++) {
            publish(MemoryHistory.put("k", value));
        }
        for (var thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        for (var connection : connections) {
            // What the transport holds is its mark and at most one response beyond.
            assertThat(connection.bytesMost).isLessThan(Connection.HIGH_WATER_BYTES + (4 << 20));
        }
    }

    private static void readAll(Connection connection, int writes, int pauseNanos) {
        assertThat(connection.await().getCreated()).isTrue();
        long next = 2;
        while (next < writes + 2) {
            for (var event : connection.await().getEventsList()) {
                assertThat(event.getKv().getModRevision()).isEqualTo(next++);
            }
            if (pauseNanos > 0) {
                LockSupport.parkNanos(pauseNanos);
            }
        }
    }

    @Test
    void memoryForAReaderThatNeverReadsIsBounded() {
        hub = hub(WatchOptions.defaults().withPendingBytesMax(100_000, 150_000));
        hub.start();
        var connections = new ArrayList<Connection>();
        for (int i = 0; i < 4; i++) {
            var connection = new Connection();
            connections.add(connection);
            watch(connection, HubFixture.key("k"));
            assertThat(connection.await().getCreated()).isTrue();
        }
        var value = "v".repeat(10_000);
        for (int i = 0; i < 2_000; i++) {
            publish(MemoryHistory.put("k", value));
        }
        await(() -> hub.counters().slowWatchers() == 4);
        // 150 kB of pending responses, each event about 10 kB; none when the hub had to send more
        // at once.
        assertThat(hub.counters().pendingEvents()).isLessThanOrEqualTo(15);
        for (var connection : connections) {
            assertThat(connection.bytesMost).isLessThan(Connection.HIGH_WATER_BYTES + (4 << 20));
            long next = 2;
            while (next < 2_002) {
                for (var event : connection.await().getEventsList()) {
                    assertThat(event.getKv().getModRevision()).isEqualTo(next++);
                }
            }
        }
        await(() -> hub.counters().slowWatchers() == 0 && hub.counters().pendingEvents() == 0);
    }

    @Test
    void createdWatchMissesNothingHoweverItRacesWithTheWriter() throws Exception {
        hub.start();
        int rounds = 2_000;
        var writer =
                Thread.ofPlatform()
                        .start(() -> {
                            for (int i = 0; i < rounds * 4; i++) {
                                publish(MemoryHistory.put("k", "v"));
                                if (i % 16 == 0) {
                                    LockSupport.parkNanos(1);
                                }
                            }
                        });
        for (int i = 0; i < rounds; i++) {
            var connection = new Connection();
            var inlet = watch(connection, HubFixture.key("k"));
            long next = connection.await().getHeader().getRevision() + 1;
            if (next <= rounds * 4L + 1) {
                var first = connection.await().getEvents(0).getKv().getModRevision();
                assertThat(first).isEqualTo(next);
            }
            inlet.cancelled();
        }
        writer.join();
        await(() -> hub.counters().streams() == 0 && hub.counters().watchers() == 0);
    }

    @Test
    void progressIsNeverOlderThanWhatTheClientHasWritten() {
        hub.start();
        var connection = new Connection();
        var inlet = watch(connection, HubFixture.key("other"));
        assertThat(connection.await().getCreated()).isTrue();
        var progress =
                WatchRequest.newBuilder()
                        .setProgressRequest(
                                dev.quorate.proto.etcdserverpb.WatchProgressRequest
                                        .getDefaultInstance())
                        .build();
        for (int i = 0; i < 3_000; i++) {
            publish(MemoryHistory.put("k", "v"));
            long written = history.currentRevision();
            inlet.next(progress);
            var answer = connection.await();
            assertThat(answer.getWatchId()).isEqualTo(-1);
            assertThat(answer.getHeader().getRevision()).isEqualTo(written);
        }
    }

    @Test
    void closeEndsStreamsAndTheThread() {
        hub.start();
        var connection = new Connection();
        watch(connection, HubFixture.key("k"));
        assertThat(connection.await().getCreated()).isTrue();
        hub.close();
        assertThat(connection.status).isEqualTo(EtcdError.STOPPED.exception());
        var late = new Connection();
        hub.open(Call.internal(), (_, _, _) -> null, late);
        assertThat(late.status).isEqualTo(EtcdError.STOPPED.exception());
    }

    /** One key, 1,000 watches on 10 streams: events are encoded once and shared. */
    @Test
    @Tag("slow")
    void deliversHalfAMillionEventsASecond() {
        hub.start();
        var delivered = new AtomicLong();
        for (int i = 0; i < 10; i++) {
            var inlet =
                    hub.open(
                            Call.internal(),
                            (_, _, _) -> null,
                            new Outlet() {
                                private final byte[] wire = new byte[1 << 20];

                                @Override
                                public void send(Payload message) {
                                    message.writeTo(wire, 0);
                                    delivered.incrementAndGet();
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
                                public void finish() {}

                                @Override
                                public void fail(StatusException refusal) {}
                            });
            for (int n = 0; n < 100; n++) {
                inlet.next(WatchRequest.newBuilder().setCreateRequest(HubFixture.key("k")).build());
            }
        }
        await(() -> hub.counters().watchers() == 1000);
        long revision = history.currentRevision();
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(3);
        var value = new byte[100];
        ThreadLocalRandom.current().nextBytes(value);
        long published = 0;
        while (System.nanoTime() < end) {
            revision++;
            published++;
            var record =
                    dev.quorate.proto.mvccpb.KeyValue.newBuilder()
                            .setKey(ByteString.copyFrom(KEY))
                            .setModRevision(revision)
                            .setCreateRevision(2)
                            .setValue(ByteString.copyFrom(value))
                            .build()
                            .toByteArray();
            hub.publish(List.of(new Change(revision, 0, false, false, KEY, record)), revision);
            long due = published * 1000;
            while (hub.counters().eventsTotal() < due - 100_000 && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long events = hub.counters().eventsTotal();
        System.out.printf(
                "%,d events in %.1f s: %,.0f events/s, %,d responses%n",
                events, seconds, events / seconds, delivered.get());
        assertThat(events / seconds).isGreaterThan(500_000);
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(100_000);
        }
    }
}
