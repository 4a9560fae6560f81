package dev.quorate.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest.FilterType;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.Event;
import dev.quorate.store.mvcc.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random writes, compactions, creates, cancels, full outlets and lost batches, against the plain rule: a watch sees the log from its
 * start on, filtered, in order, whole revisions, once; and it ends early only when compaction overtook it.
 */
class WatchModelTest {
    private static final String[] KEYS = {"a", "ab", "abc", "b", "ba", "c", "\u00e9"};
    private static final String[] ENDS = {"", "", "\0", "b", "ac", "c", "d"};
    private static final int STEPS = 1500;

    /** What the test knows of a watch. */
    private static final class Expected {
        final WatchCreateRequest request;
        boolean created;
        long next;
        long lastHeader;
        boolean canceled;
        boolean compacted;

        /** The client has cancelled what a compaction had ended. */
        boolean freed;

        final List<Event> open = new ArrayList<>();

        Expected(WatchCreateRequest request) {
            this.request = request;
        }
    }

    private static final class Tracked {
        final HubFixture.Client client;
        final List<Expected> asked = new ArrayList<>();
        final HashMap<Long, Expected> byId = new HashMap<>();
        int createdCount;

        Tracked(HubFixture.Client client) {
            this.client = client;
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 40);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyWatchSeesItsPartOfTheLog(long seed) {
        new Run(seed).run();
    }

    private static final class Run {
        private final Random random;
        private final HubFixture hub;
        private final List<Tracked> streams = new ArrayList<>();

        Run(long seed) {
            random = new Random(seed);
            var options =
                    WatchOptions.defaults()
                            .withRing(4, 100_000)
                            .withCatchUpRevisions(1 + random.nextInt(10))
                            .withPendingBytesMax(random.nextInt(500), random.nextInt(1000))
                            .withFragmentBytesMax(150);
            hub = new HubFixture(options, seed);
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            for (var stream : streams) {
                stream.client.outlet.makeRoom(Integer.MAX_VALUE);
            }
            hub.settle();
            streams.forEach(this::check);
            streams.forEach(this::checkComplete);
            assertThat(hub.hub.counters().slowWatchers()).isZero();
            assertThat(hub.hub.counters().pendingEvents()).isZero();
        }

        private void step() {
            switch (random.nextInt(12)) {
                case 0 -> open();
                case 1, 2 -> create();
                case 3 -> cancel();
                case 4 -> compact();
                case 5 -> room();
                case 6 -> {
                    hub.hub.turn();
                    streams.forEach(this::check);
                }
                case 7 -> jump();
                default -> write();
            }
        }

        private void open() {
            if (streams.size() < 6) {
                streams.add(new Tracked(hub.client()));
            } else if (random.nextInt(10) == 0) {
                var gone = streams.remove(random.nextInt(streams.size()));
                gone.client.inlet.cancelled();
            }
        }

        private void create() {
            if (streams.isEmpty()) {
                return;
            }
            var key = KEYS[random.nextInt(KEYS.length)];
            var end = ENDS[random.nextInt(ENDS.length)];
            if (!end.isEmpty() && !end.equals("\0") && key.compareTo(end) >= 0) {
                end = "";
            }
            long current = hub.history.currentRevision();
            var request = HubFixture.range(key, end).setPrevKv(random.nextBoolean());
            request.setFragment(random.nextBoolean());
            request.setStartRevision(
                    switch (random.nextInt(3)) {
                        case 0 -> 0;
                        case 1 -> 1 + random.nextLong(current);
                        default -> current + random.nextInt(5);
                    });
            if (random.nextInt(5) == 0) {
                request.addFilters(FilterType.forNumber(random.nextInt(2)));
            }
            var stream = streams.get(random.nextInt(streams.size()));
            stream.asked.add(new Expected(request.build()));
            stream.client.create(request);
        }

        private void cancel() {
            if (!streams.isEmpty()) {
                streams.get(random.nextInt(streams.size())).client.cancel(random.nextInt(8));
            }
        }

        private void compact() {
            long current = hub.history.currentRevision();
            long from = Math.max(1, hub.history.compactRevision());
            if (random.nextInt(4) == 0 && current > from) {
                hub.history.compact(from + random.nextLong(current - from));
            }
        }

        private void room() {
            if (!streams.isEmpty()) {
                var outlet = streams.get(random.nextInt(streams.size())).client.outlet;
                outlet.makeRoom(random.nextInt(4) == 0 ? 0 : random.nextInt(20));
            }
        }

        private void jump() {
            for (int n = random.nextInt(3); n >= 0; n--) {
                hub.history.txn(ops());
            }
            hub.hub.skip(hub.history.currentRevision());
        }

        private void write() {
            hub.write(ops());
        }

        private MemoryHistory.Op[] ops() {
            var ops = new ArrayList<MemoryHistory.Op>();
            for (var key : KEYS) {
                if (random.nextInt(4) == 0) {
                    ops.add(
                            random.nextInt(3) == 0
                                    ? MemoryHistory.delete(key)
                                    : MemoryHistory.put(key, "v" + random.nextInt(1000)));
                }
            }
            return ops.toArray(MemoryHistory.Op[]::new);
        }

        private void check(Tracked stream) {
            var outlet = stream.client.outlet;
            for (var r = outlet.poll(); r != null; r = outlet.poll()) {
                if (r.getCreated()) {
                    created(stream, r);
                } else {
                    received(stream.byId.get(r.getWatchId()), r);
                }
            }
        }

        private void created(Tracked stream, WatchResponse r) {
            var watch = stream.asked.get(stream.createdCount++);
            watch.created = true;
            assertThat(r.getCanceled()).isFalse();
            long start = watch.request.getStartRevision();
            watch.next = start == 0 ? r.getHeader().getRevision() + 1 : start;
            var earlier = stream.byId.put(r.getWatchId(), watch);
            assertThat(earlier).isNull();
        }

        private void received(Expected watch, WatchResponse r) {
            if (watch.compacted && !watch.freed && r.getCanceled()) {
                assertThat(r.getCompactRevision()).isZero();
                watch.freed = true;
                return;
            }
            assertThat(watch.canceled).as("nothing after the end").isFalse();
            if (r.getCanceled()) {
                watch.canceled = true;
                watch.compacted = r.getCompactRevision() != 0;
                assertThat(r.getEventsCount()).isZero();
                if (watch.compacted) {
                    assertThat(watch.next).isLessThan(r.getCompactRevision());
                    assertThat(r.getHeader().getRevision()).isZero();
                }
                return;
            }
            long header = r.getHeader().getRevision();
            assertThat(header).isGreaterThanOrEqualTo(watch.lastHeader);
            watch.lastHeader = header;
            assertThat(r.getEventsCount()).isPositive();
            watch.open.addAll(r.getEventsList());
            if (r.getFragment()) {
                assertThat(watch.request.getFragment()).isTrue();
                return;
            }
            var expected = expected(watch, header);
            assertThat(watch.open.stream().map(this::show).toList()).isEqualTo(expected);
            watch.next = header + 1;
            watch.open.clear();
        }

        /** Whole revisions from the next one to the announced one, in order. */
        private List<String> expected(Expected watch, long to) {
            var events = new ArrayList<String>();
            for (var change : hub.history.log()) {
                if (change.main() >= watch.next && change.main() <= to && wants(watch, change)) {
                    events.add(
                            (change.tombstone() ? "DELETE " : "PUT ")
                                    + change.main()
                                    + " "
                                    + MemoryHistory.record(change).getKey().toStringUtf8()
                                    + "="
                                    + MemoryHistory.record(change).getValue().toStringUtf8());
                }
            }
            return events;
        }

        private String show(Event event) {
            var kv = event.getKv();
            return event.getType()
                    + " "
                    + kv.getModRevision()
                    + " "
                    + kv.getKey().toStringUtf8()
                    + "="
                    + kv.getValue().toStringUtf8();
        }

        private static boolean wants(Expected watch, Change change) {
            var filter = change.tombstone() ? FilterType.NODELETE : FilterType.NOPUT;
            return !watch.request.getFiltersList().contains(filter)
                    && MemoryHistory.contains(
                            watch.request.getKey().toByteArray(),
                            watch.request.getRangeEnd().toByteArray(),
                            change.key());
        }

        private void checkComplete(Tracked stream) {
            assertThat(stream.createdCount).isEqualTo(stream.asked.size());
            for (var watch : stream.asked) {
                if (!watch.canceled) {
                    assertThat(expected(watch, Long.MAX_VALUE)).isEmpty();
                }
                assertThat(watch.open).isEmpty();
            }
        }
    }
}
