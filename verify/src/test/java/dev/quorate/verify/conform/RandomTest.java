package dev.quorate.verify.conform;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.quorate.proto.etcdserverpb.CompactionRequest;
import dev.quorate.proto.etcdserverpb.HashKVResponse;
import dev.quorate.proto.etcdserverpb.LeaseLeasesResponse;
import dev.quorate.proto.etcdserverpb.LeaseStatus;
import dev.quorate.proto.etcdserverpb.LeaseTimeToLiveResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.ResponseHeader;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchProgressRequest;
import dev.quorate.proto.etcdserverpb.WatchRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.Event;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same random requests, sent to real etcd 3.7.1 and to the target, must have the same answers: every field of every
 * message, every error's code and text, every event of every watch.
 *
 * <p>{@code -Dconform.seed} and {@code -Dconform.steps} choose another run; a failure names its seed and shows the last
 * requests.
 */
@Tag("interop")
final class RandomTest {

    private static final int STEPS = Integer.getInteger("conform.steps", 2_000);
    private static final int SHOWN = 6;
    private static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});

    @TempDir Path temp;

    static LongStream seeds() {
        return Arrays.stream(System.getProperty("conform.seed", "1,2,3").split(",", -1))
                .mapToLong(Long::parseLong);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void sameAnswers(long seed) throws InterruptedException {
        try (Member reference = Member.start(Toolchain.Origin.ETCD_37, temp.resolve("reference"));
                Member target = Member.start(Toolchain.target(), temp.resolve("target"));
                Rpc left = new Rpc(reference.endpoint());
                Rpc right = new Rpc(target.endpoint());
                Rpc.WatchStream leftWatch = left.watch();
                Rpc.WatchStream rightWatch = right.watch()) {
            Watched want = new Watched(leftWatch);
            Watched got = new Watched(rightWatch);
            play(seed, left, right, want, got);
            Object all = left.call(everything(0));
            assertThat(right.call(everything(0))).isEqualTo(all);
            want.upTo(revisionOf(all));
            got.upTo(revisionOf(all));
            compare(want.seen(), got.seen());
        }
    }

    /** Says where two histories part; a diff of thousands of events says nothing. */
    private static void compare(List<List<Event>> want, List<List<Event>> got) {
        for (int watch = 0; watch < want.size(); watch++) {
            List<Event> expected = want.get(watch);
            List<Event> actual = got.get(watch);
            for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
                assertThat(actual.get(i))
                        .as("watch %d, event %d", watch, i)
                        .isEqualTo(expected.get(i));
            }
            assertThat(actual).as("watch %d", watch).hasSameSizeAs(expected);
        }
    }

    private static void play(long seed, Rpc left, Rpc right, Watched want, Watched got)
            throws InterruptedException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        RandomRequests requests = new RandomRequests(random);
        Deque<Message> last = new ArrayDeque<>();
        for (int step = 0; step < STEPS; step++) {
            Message request = requests.next();
            last.addLast(request);
            if (last.size() > SHOWN) {
                last.removeFirst();
            }
            if (request instanceof CompactionRequest) {
                // A watcher gets previous values as long as they are there: it must not race with
                // the compaction.
                long now = revisionOf(left.call(everything(0)));
                want.upTo(now);
                got.upTo(now);
            }
            Object expected = comparable(left.call(request));
            Object actual = comparable(right.call(request));
            assertThat(actual)
                    .as("seed %d, step %d, after %s %s", seed, step, request.getClass(), last)
                    .isEqualTo(expected);
            long revision = revisionOf(expected);
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

    /**
     * Three watches on one stream and what they saw: 0 sees all with previous values, 1 one key, 2 a prefix without deletions. How events
     * were put into responses is not compared.
     */
    private record Watched(Rpc.WatchStream stream, List<List<Event>> seen) {
        private static final long ASK_AGAIN_MILLIS = 150;
        private static final WatchRequest PROGRESS =
                WatchRequest.newBuilder()
                        .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                        .build();

        Watched(Rpc.WatchStream stream) {
            this(stream, List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
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

        /** Takes in every event up to a revision. A server that is behind does not answer the question for progress, so it is asked again. */
        void upTo(long revision) throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
            stream.send(PROGRESS);
            while (true) {
                WatchResponse response =
                        stream.arrived.poll(ASK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
                if (response == null) {
                    assertThat(System.nanoTime()).as("progress in time").isLessThan(deadline);
                    stream.send(PROGRESS);
                } else if (response.getWatchId() == -1) {
                    if (response.getHeader().getRevision() >= revision) {
                        return;
                    }
                } else {
                    seen.get((int) response.getWatchId()).addAll(response.getEventsList());
                }
            }
        }
    }
}
