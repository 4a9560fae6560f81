package dev.quorate.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.raft.ConfState;
import dev.quorate.raft.Config;
import dev.quorate.raft.Entry;
import dev.quorate.raft.HardState;
import dev.quorate.raft.Raft;
import dev.quorate.raft.Snapshot;
import dev.quorate.raft.message.InstallSnapshot;
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
    private RaftLoop loop;

    @Test
    void entriesAreHandedOutUnderTheirLeader() throws Exception {
        startLoneMember();
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

    private void startLoneMember() throws Exception {
        var log =
                new StableLog(
                        HardState.EMPTY, ConfState.ofVoters(List.of(MEMBER)), 0, 0, List.of());
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
        var reads =
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
                        Transport.NONE,
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
