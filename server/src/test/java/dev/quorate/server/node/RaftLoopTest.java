package dev.quorate.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.proto.error.StatusException;
import dev.quorate.raft.ConfState;
import dev.quorate.raft.Config;
import dev.quorate.raft.Entry;
import dev.quorate.raft.HardState;
import dev.quorate.raft.Raft;
import dev.quorate.raft.Snapshot;
import dev.quorate.raft.message.Heartbeat;
import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.message.Message;
import dev.quorate.raft.message.ReadIndex;
import dev.quorate.raft.message.ReadIndexReply;
import dev.quorate.server.Transport;
import dev.quorate.storage.disk.MemDisk;
import dev.quorate.storage.wal.Wal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RaftLoopTest {
    private static final long MEMBER = 7;
    private static final long TICK_NANOS = 100_000_000L;

    private final List<Leadership> atApply = new ArrayList<>();
    private final List<Message> sent = new ArrayList<>();
    private RaftLoop loop;
    private Reads reads;

    @Test
    void readsThatArrivedDuringARoundAreAskedForWhenItEnds() throws Exception {
        long leader = MEMBER + 1;
        start(List.of(MEMBER, leader, leader + 1));
        loop.receive(new Heartbeat(leader, MEMBER, 1, 0, new byte[0]));
        List<String> done = new ArrayList<>();
        reads.linearizable(into(done, "first"), Long.MAX_VALUE);
        loop.work(0);
        ReadIndex first = lastAsked();
        reads.linearizable(into(done, "second"), Long.MAX_VALUE);
        loop.work(0);
        assertThat(lastAsked()).as("one round at a time").isSameAs(first);

        loop.receive(new ReadIndexReply(leader, MEMBER, 1, 0, first.context()));
        loop.work(0);
        assertThat(done).containsExactly("first");
        ReadIndex second = lastAsked();
        assertThat(second).isNotEqualTo(first);
        loop.receive(new ReadIndexReply(leader, MEMBER, 1, 0, second.context()));
        loop.work(0);
        assertThat(done).containsExactly("first", "second");
    }

    private ReadIndex lastAsked() {
        return (ReadIndex)
                sent.stream()
                        .filter(ReadIndex.class::isInstance)
                        .reduce((_, last) -> last)
                        .orElseThrow();
    }

    private static Reads.Read into(List<String> done, String name) {
        return new Reads.Read() {
            @Override
            public void ready() {
                done.add(name);
            }

            @Override
            public void refused(StatusException why) {
                throw new AssertionError(why);
            }
        };
    }

    @Test
    void entriesAreHandedOutUnderTheirLeader() throws Exception {
        start(List.of(MEMBER));
        for (int turn = 0; turn < 3; turn++) {
            loop.work(turn * TICK_NANOS);
        }
        assertThat(atApply)
                .as("leadership as whoever applies the first entry of a term sees it")
                .isNotEmpty()
                .allSatisfy(leadership -> {
                    assertThat(leadership.isLeader()).isTrue();
                    assertThat(leadership.term()).isEqualTo(1);
                });
    }

    private void start(List<Long> voters) throws Exception {
        var log = new StableLog(HardState.EMPTY, ConfState.ofVoters(voters), 0, 0, List.of());
        var raft =
                new Raft(
                        new Config(MEMBER, 10, 1, 1 << 20, 1 << 20, 512, true, true, 0),
                        log,
                        new SplittableRandom(1));
        Wal wal = Wal.create(new MemDisk(), "wal", new byte[0]);
        var writer =
                new WalWriter(
                        wal,
                        new NoFiles(),
                        Transport.NONE,
                        _ -> {},
                        () -> 0,
                        new SilentObserver(),
                        false);
        Transport transport = sent::addAll;
        reads =
                new Reads(
                        new RequestIds(MEMBER, 0),
                        new AppliedIndex(0),
                        Runnable::run,
                        () -> loop.leadership(),
                        () -> {},
                        new SilentObserver());
        loop =
                new RaftLoop(
                        raft,
                        log,
                        transport,
                        new ToTest(writer),
                        reads,
                        new Waiters(),
                        TICK_NANOS,
                        MEMBER);
    }

    /** Notes who leads when entries are handed out. */
    private final class ToTest implements RaftLoop.Outputs {
        private final WalWriter writer;

        ToTest(WalWriter writer) {
            this.writer = writer;
        }

        @Override
        public StatusException refusalOf(Entry change) {
            return null;
        }

        @Override
        public WalWriter wal() {
            return writer;
        }

        @Override
        public void apply(List<Entry> entries) {
            atApply.add(loop.leadership());
        }

        @Override
        public void install(Snapshot snapshot) {}

        @Override
        public void sendSnapshot(InstallSnapshot message) {}

        @Override
        public void leadership(Leadership leadership) {}
    }

    /** A lone member receives no snapshots. */
    private static final class NoFiles implements Snapshotter.Files {
        @Override
        public void save(Snapshot snapshot) {}

        @Override
        public void release(long index) {}

        @Override
        public void withReceived(long index, Snapshotter.Action action) {}
    }
}
