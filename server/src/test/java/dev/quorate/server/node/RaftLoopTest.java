package dev.quorate.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.raft.ConfState;
import dev.quorate.raft.Config;
import dev.quorate.raft.Entry;
import dev.quorate.raft.HardState;
import dev.quorate.raft.Raft;
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
                new WalWriter(wal, Transport.NONE, _ -> {}, () -> 0, new SilentObserver(), false);
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
                        new RaftLoop.Outputs(writer, this::apply, _ -> {}),
                        reads,
                        TICK_NANOS,
                        MEMBER);
    }

    private void apply(List<Entry> entries) {
        atApply.add(loop.leadership());
    }
}
