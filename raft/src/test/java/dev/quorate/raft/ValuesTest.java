package dev.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.raft.message.AppendEntries;
import dev.quorate.raft.message.InstallSnapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValuesTest {
    @Test
    void sizesAreThoseOfTheEncoding() {
        // 08 00 | 10 01 | 18 01 and no data
        assertThat(Entry.noOp(1, 1).sizeBytes()).isEqualTo(6);
        // 08 01 | 10 01 | 18 ac 02 | 22 03 x x x
        Entry change = new Entry(EntryType.CONF_CHANGE, 1, 300, new byte[3]);
        assertThat(change.sizeBytes()).isEqualTo(12);
        Entry large = new Entry(EntryType.NORMAL, 127, 128, new byte[200]);
        assertThat(large.sizeBytes()).isEqualTo(2 + 2 + 3 + 3 + 200);
        Entry far = new Entry(EntryType.NORMAL, Long.MAX_VALUE, Long.MAX_VALUE, new byte[0]);
        assertThat(far.sizeBytes()).isEqualTo(2 + 10 + 10);
    }

    @Test
    void batchesTakeAtLeastOneEntry() {
        List<Entry> entries = List.of(Entry.noOp(1, 1), Entry.noOp(1, 2), Entry.noOp(1, 3));
        assertThat(Entry.countWithin(entries, 0)).isEqualTo(1);
        assertThat(Entry.countWithin(entries, 11)).isEqualTo(1);
        assertThat(Entry.countWithin(entries, 12)).isEqualTo(2);
        assertThat(Entry.countWithin(entries, Long.MAX_VALUE)).isEqualTo(3);
        assertThat(Entry.countWithin(List.of(), 5)).isZero();
    }

    @Test
    void messagesRefuseGarbage() {
        List<Entry> gap = List.of(Entry.noOp(1, 1), Entry.noOp(1, 3));
        assertThatThrownBy(() -> new AppendEntries(1, 2, 1, 0, 0, gap, 0))
                .hasMessage("entry index: 3 (expected: consecutive)");
        assertThatThrownBy(() -> new AppendEntries(1, 2, -1, 0, 0, List.of(), 0))
                .hasMessage("term: -1 (expected: >= 0)");
        assertThatThrownBy(() -> new InstallSnapshot(1, 2, 1, Snapshot.EMPTY))
                .hasMessage("snapshot index: 0 (expected: > 0)");
    }

    @Test
    void configurationIsChecked() {
        assertThatThrownBy(() -> config(0, 10, 1)).hasMessageStartingWith("id: 0");
        assertThatThrownBy(() -> config(-1, 10, 1)).hasMessageStartingWith("id: -1");
        assertThatThrownBy(() -> config(-2, 10, 1)).hasMessageStartingWith("id: -2");
        assertThatThrownBy(() -> config(1, 1, 1)).hasMessageStartingWith("electionTicks: 1");
        assertThatThrownBy(() -> config(1, 10, 0)).hasMessageStartingWith("heartbeatTicks: 0");
        assertThat(config(Long.MIN_VALUE, 10, 1).maxUncommittedBytes()).isEqualTo(Long.MAX_VALUE);
    }

    private static Config config(long id, int electionTicks, int heartbeatTicks) {
        return new Config(id, electionTicks, heartbeatTicks, 1, 1, 1, true, true, 0);
    }
}
