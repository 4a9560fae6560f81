package dev.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.raft.message.AppendEntries;
import dev.quorate.raft.testkit.MemoryLog;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The two ways to report a write, and the limit on writes under way. */
class PersistedTest {
    private final MemoryLog log = new MemoryLog();
    private final Raft raft = start();

    private Raft start() {
        log.confState(ConfState.ofVoters(List.of(1L, 2L, 3L)));
        return new Raft(
                new Config(1, 10, 1, 1 << 20, 1 << 20, 512, true, true, 0), log, new Random(1));
    }

    private Ready append(long term, long prevTerm, Entry... entries) {
        long previous = entries[0].index() - 1;
        raft.step(
                new AppendEntries(
                        term, 1, term, previous, prevTerm, List.of(entries), previous + 1));
        Ready ready = raft.ready();
        log.write(ready);
        return ready;
    }

    @Test
    void anEntryStandsForItsWriteAndAllBefore() {
        append(2, 0, Entry.noOp(2, 1));
        append(2, 2, Entry.noOp(2, 2));
        append(2, 2, Entry.noOp(2, 3));
        raft.persisted(2, 2);
        assertThat(raft.ready().toApply()).containsExactly(Entry.noOp(2, 1), Entry.noOp(2, 2));
        raft.persisted(2, 2);
        raft.persisted(7, 3);
        assertThat(raft.hasReady()).isFalse();
        raft.persisted(2, 3);
        assertThat(raft.ready().toApply()).containsExactly(Entry.noOp(2, 3));
    }

    @Test
    void aReadyStandsForAllBefore() {
        append(2, 0, Entry.noOp(2, 1));
        Ready last = append(2, 2, Entry.noOp(2, 2));
        raft.persisted(last);
        assertThat(raft.ready().toApply()).containsExactly(Entry.noOp(2, 1), Entry.noOp(2, 2));
    }

    @Test
    void whatIsReportedMustBeInStorage() {
        raft.step(new AppendEntries(2, 1, 2, 0, 0, List.of(Entry.noOp(2, 1)), 1));
        Ready forgotten = raft.ready();
        assertThatThrownBy(() -> raft.persisted(forgotten))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not in storage");
    }

    @Test
    void fallsSilentWhenTheDiskDoesNotKeepUp() {
        Ready first = append(2, 0, Entry.noOp(2, 1));
        for (long index = 2; index <= Raft.WRITES_IN_FLIGHT_MAX; index++) {
            append(2, 2, Entry.noOp(2, index));
        }
        raft.step(new AppendEntries(2, 1, 2, 1, 2, List.of(), 1));
        assertThat(raft.hasReady()).isFalse();
        assertThatThrownBy(raft::ready).isInstanceOf(IllegalStateException.class);
        raft.persisted(first);
        assertThat(raft.hasReady()).isTrue();
    }

    @Test
    void startsFromWhatWasAppliedEvenIfTheCommitIndexWasLost() {
        log.append(List.of(Entry.noOp(1, 1), Entry.noOp(1, 2), Entry.noOp(1, 3)));
        log.hardState(new HardState(1, 2, 1));
        Raft restarted =
                new Raft(
                        new Config(1, 10, 1, 1 << 20, 1 << 20, 512, true, true, 2),
                        log,
                        new Random(1));
        assertThat(restarted.committed()).isEqualTo(2);
        assertThat(restarted.ready().toApply()).isEmpty();
        assertThatThrownBy(() ->
                        new Raft(
                                new Config(1, 10, 1, 1, 1, 512, true, true, 4), log, new Random(1)))
                .hasMessageContaining("committed entries are missing");
    }
}
