package dev.quorate.verify.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.Event;
import dev.quorate.verify.history.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Watches all keys from the first revision on, resumes at another member when its stream breaks or it feels like it, and judges: every
 * event once, in order, none left out but what was compacted.
 */
final class WatchClient {
    private static final long MILLI = 1_000_000;

    private final World world;
    private final int number;
    private final Random random;
    private SimMember.@Nullable Stream<WatchRequest> stream;
    private int generation;

    /** The next revision that has to come. */
    private long next = FIRST;

    /** Changes of that revision that came already, in a fragment. */
    private int within;

    /** The member said that nothing up to here is still to come. */
    private long promised;

    private long eventCount;

    /** The revision of the first write. */
    private static final long FIRST = 2;

    /** One stream of so many begins with the past. */
    private static final int OLD_EVERY = 4;

    WatchClient(World world, int number, Random random) {
        this.world = world;
        this.number = number;
        this.random = random;
    }

    long eventCount() {
        return eventCount;
    }

    void start() {
        world.after(random.nextLong(200 * MILLI), this::open);
    }

    private void open() {
        int mine = ++generation;
        SimMember member = world.anyMember(random);
        var opened =
                member.<WatchRequest>open(
                        "Watch",
                        message -> {
                            if (mine == generation) {
                                received((WatchResponse) message);
                            }
                        },
                        () -> {
                            if (mine == generation) {
                                reopen();
                            }
                        });
        stream = opened;
        if (opened == null) {
            reopen();
            return;
        }
        within = 0;
        promised = 0;
        opened.next(
                WatchRequest.newBuilder()
                        .setCreateRequest(
                                WatchCreateRequest.newBuilder()
                                        .setKey(Wire.bytes("\0"))
                                        .setRangeEnd(Wire.bytes("\0"))
                                        .setStartRevision(next)
                                        .setFragment(random.nextBoolean())
                                        .setProgressNotify(random.nextBoolean()))
                        .build());
        world.after(
                500 * MILLI + random.nextLong(8000 * MILLI),
                () -> {
                    if (mine == generation) {
                        reopen();
                    }
                });
        askForProgress(mine);
    }

    private void askForProgress(int mine) {
        world.after(
                random.nextLong(1000 * MILLI),
                () -> {
                    var open = stream;
                    if (mine == generation && open != null) {
                        open.next(
                                WatchRequest.newBuilder()
                                        .setProgressRequest(
                                                dev.quorate.proto.etcdserverpb.WatchProgressRequest
                                                        .getDefaultInstance())
                                        .build());
                        askForProgress(mine);
                    }
                });
    }

    private void reopen() {
        if (random.nextInt(OLD_EVERY) == 0) {
            // All of history again, or what is left of it, while others keep to the present.
            next = FIRST;
        }
        generation++;
        var old = stream;
        stream = null;
        if (old != null) {
            old.close();
        }
        world.after(random.nextLong(200 * MILLI), this::open);
    }

    private void received(WatchResponse response) {
        world.trace.note(
                world.now(),
                "watched",
                number,
                response.getHeader().getRevision(),
                response.getEventsCount(),
                next);
        if (response.getCanceled()) {
            cancelled(response);
            return;
        }
        for (Event event : response.getEventsList()) {
            event(event);
        }
        if (within > 0 && !response.getFragment()) {
            nextRevision();
        }
        if (response.getEventsCount() == 0 && !response.getCreated()) {
            promised = Math.max(promised, response.getHeader().getRevision());
            // What is promised to be complete must have come already.
            world.oracle.whenRevision(promised, () -> {});
            assertThat(next)
                    .as("watcher %s: progress to revision %s is told", number, promised)
                    .isGreaterThan(promised);
        }
    }

    private void cancelled(WatchResponse response) {
        long compacted = response.getCompactRevision();
        if (compacted > 0) {
            assertThat(compacted)
                    .as("watcher %s from %s is cancelled for a compaction", number, next)
                    .isGreaterThan(next);
            next = compacted;
        }
        reopen();
    }

    private void nextRevision() {
        next++;
        within = 0;
    }

    private void event(Event event) {
        eventCount++;
        long revision = event.getKv().getModRevision();
        if (revision != next && within > 0) {
            long complete = next;
            int seen = within;
            world.oracle.whenRevision(
                    complete,
                    () ->
                            assertThat(seen)
                                    .as("watcher %s: events of revision %s", number, complete)
                                    .isEqualTo(world.oracle.events(complete).size()));
            nextRevision();
        }
        assertThat(revision).as("watcher %s: the next revision", number).isEqualTo(next);
        assertThat(revision)
                .as("watcher %s: an event behind promised progress", number)
                .isGreaterThan(promised);
        int sub = within++;
        List<Event> one = new ArrayList<>();
        one.add(event);
        world.oracle.whenRevision(revision, () -> compare(revision, sub, one.getFirst()));
    }

    private void compare(long revision, int sub, Event event) {
        var expected = world.oracle.events(revision);
        assertThat(sub)
                .as("watcher %s: event %s of revision %s, %s", number, sub, revision, expected)
                .isLessThan(expected.size());
        Oracle.Event change = expected.get(sub);
        assertThat(event.getKv().getKey().toStringUtf8())
                .as("watcher %s: key of event %s.%s", number, revision, sub)
                .isEqualTo(change.key());
        boolean deleted = event.getType() == Event.EventType.DELETE;
        assertThat(deleted).isEqualTo(change.item() == null);
        if (!deleted) {
            assertThat(Wire.item(event.getKv()))
                    .as("watcher %s: event %s.%s", number, revision, sub)
                    .isEqualTo(change.item());
        }
    }

    boolean hasSeen(long revision) {
        return next > revision;
    }

    void checkSeen(long revision) {
        assertThat(next - 1)
                .as("watcher %s has seen everything up to the end", number)
                .isGreaterThanOrEqualTo(revision);
    }
}
