package dev.quorate.verify.conform;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.quorate.proto.etcdserverpb.HashKVResponse;
import dev.quorate.proto.etcdserverpb.LeaseLeasesResponse;
import dev.quorate.proto.etcdserverpb.LeaseStatus;
import dev.quorate.proto.etcdserverpb.LeaseTimeToLiveResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.ResponseHeader;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.Event;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same random requests, sent to real etcd 3.7.1 and to the target, must have the same answers: every field of every
 * message, every error's code and text, every event of every watch.
 *
 * <p>{@code -Dconform.seed} and {@code -Dconform.steps} choose another run; a failure names its seed and shows the last
 * requests.
 */
@Tag("interop")
final class RandomTest {

    private static final long SEED = Long.getLong("conform.seed", 20261121L);
    private static final int STEPS = Integer.getInteger("conform.steps", 6_000);
    private static final int SHOWN = 6;
    private static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});

    @TempDir Path temp;

    @Test
    void sameAnswers() throws InterruptedException {
        try (Member reference = Member.start(Toolchain.Origin.ETCD_37, temp.resolve("reference"));
                Member target = Member.start(Toolchain.target(), temp.resolve("target"));
                Rpc left = new Rpc(reference.endpoint());
                Rpc right = new Rpc(target.endpoint());
                Rpc.WatchStream leftWatch = left.watch();
                Rpc.WatchStream rightWatch = right.watch()) {
            openWatches(leftWatch);
            openWatches(rightWatch);
            play(left, right);
            long revision = revisionOf(left.call(everything(0)));
            assertThat(right.call(everything(0))).isEqualTo(left.call(everything(0)));
            assertThat(events(rightWatch, revision)).isEqualTo(events(leftWatch, revision));
        }
    }

    private static void play(Rpc left, Rpc right) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        RandomRequests requests = new RandomRequests(random);
        Deque<Message> last = new ArrayDeque<>();
        for (int step = 0; step < STEPS; step++) {
            Message request = requests.next();
            last.addLast(request);
            if (last.size() > SHOWN) {
                last.removeFirst();
            }
            Object want = comparable(left.call(request));
            Object got = comparable(right.call(request));
            assertThat(got)
                    .as("seed %d, step %d, after %s %s", SEED, step, request.getClass(), last)
                    .isEqualTo(want);
            long revision = revisionOf(want);
            if (revision > 0) {
                requests.at(revision);
            }
        }
    }

    /** Without what may differ between two correct servers: remaining time, the order of leases. */
    private static Object comparable(Object answer) {
        return switch (answer) {
            case LeaseTimeToLiveResponse r when r.getTTL() > 0 -> sortedKeys(r);
            case LeaseLeasesResponse r -> sortedLeases(r);
            case HashKVResponse r -> r;
            default -> answer;
        };
    }

    private static LeaseTimeToLiveResponse sortedKeys(LeaseTimeToLiveResponse answer) {
        List<ByteString> keys = new ArrayList<>(answer.getKeysList());
        keys.sort(ByteString.unsignedLexicographicalComparator());
        return answer.toBuilder().setTTL(1).clearKeys().addAllKeys(keys).build();
    }

    private static LeaseLeasesResponse sortedLeases(LeaseLeasesResponse answer) {
        List<LeaseStatus> leases = new ArrayList<>(answer.getLeasesList());
        leases.sort(Comparator.comparingLong(LeaseStatus::getID));
        return answer.toBuilder().clearLeases().addAllLeases(leases).build();
    }

    private static long revisionOf(Object answer) {
        if (answer instanceof Message message) {
            var field = message.getDescriptorForType().findFieldByName("header");
            return ((ResponseHeader) message.getField(field)).getRevision();
        }
        return 0;
    }

    private static RangeRequest everything(long revision) {
        return RangeRequest.newBuilder()
                .setKey(ZERO)
                .setRangeEnd(ZERO)
                .setRevision(revision)
                .build();
    }

    /** Watcher 0 sees all with previous values, 1 one key, 2 a prefix without deletions. */
    private static void openWatches(Rpc.WatchStream stream) {
        stream.send(create().setKey(ZERO).setRangeEnd(ZERO).setPrevKv(true), 0);
        stream.send(create().setKey(ByteString.copyFromUtf8("a")), 1);
        stream.send(
                create().setKey(ByteString.copyFromUtf8("b"))
                        .setRangeEnd(ByteString.copyFromUtf8("c"))
                        .addFilters(WatchCreateRequest.FilterType.NODELETE),
                2);
    }

    private static WatchCreateRequest.Builder create() {
        return WatchCreateRequest.newBuilder().setStartRevision(1);
    }

    /** Every event up to a revision, watcher by watcher. How they were put into responses is not compared. */
    private static List<List<Event>> events(Rpc.WatchStream stream, long revision)
            throws InterruptedException {
        List<List<Event>> events = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        stream.send(
                WatchRequest.newBuilder()
                        .setProgressRequest(
                                dev.quorate.proto.etcdserverpb.WatchProgressRequest
                                        .getDefaultInstance())
                        .build());
        while (true) {
            WatchResponse response = stream.arrived.poll(15, TimeUnit.SECONDS);
            assertThat(response).as("a watch response").isNotNull();
            if (response.getWatchId() == -1 && response.getHeader().getRevision() >= revision) {
                return events;
            }
            if (response.getEventsCount() > 0) {
                events.get((int) response.getWatchId()).addAll(response.getEventsList());
            }
        }
    }
}
