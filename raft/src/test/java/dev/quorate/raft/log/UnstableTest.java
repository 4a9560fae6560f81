package dev.quorate.raft.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.raft.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The unstable part against a sorted map. */
class UnstableTest {
    @Test
    void behavesLikeASortedMap() {
        Random random = new Random(5);
        for (int round = 0; round < 300; round++) {
            long offset = 1 + random.nextInt(5);
            Unstable unstable = new Unstable(offset);
            TreeMap<Long, Entry> twin = new TreeMap<>();
            long end = offset;
            long handedOut = offset;
            for (int step = 0; step < 100; step++) {
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        long from = Math.max(1, end - random.nextInt(4));
                        List<Entry> more = entries(step, from, 1 + random.nextInt(20));
                        unstable.append(more);
                        twin.tailMap(from).clear();
                        more.forEach(entry -> twin.put(entry.index(), entry));
                        end = from + more.size();
                        offset = Math.min(offset, from);
                        handedOut = Math.min(handedOut, from);
                    }
                    case 2 -> {
                        assertThat(unstable.newEntries())
                                .isEqualTo(List.copyOf(twin.tailMap(handedOut).values()));
                        unstable.markHandedOut();
                        handedOut = end;
                    }
                    default -> {
                        long durable = handedOut - 1 - random.nextInt(5);
                        unstable.durable(durable);
                        if (durable >= offset) {
                            twin.headMap(durable, true).clear();
                            offset = durable + 1;
                        }
                    }
                }
                assertThat(unstable.offset()).isEqualTo(offset);
                assertThat(unstable.end()).isEqualTo(end);
                assertThat(unstable.slice(offset, end)).isEqualTo(List.copyOf(twin.values()));
                assertThat(unstable.hasNews()).isEqualTo(handedOut < end);
            }
        }
    }

    @Test
    void refusesHoles() {
        Unstable unstable = new Unstable(5);
        assertThatThrownBy(() -> unstable.append(entries(1, 6, 1)))
                .isInstanceOf(IllegalStateException.class);
        unstable.append(entries(1, 5, 2));
        assertThatThrownBy(() -> unstable.durable(5)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> unstable.entry(7)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSnapshotTakesThePlaceOfAll() {
        Unstable unstable = new Unstable(5);
        unstable.append(entries(1, 5, 3));
        Snapshot snapshot = new Snapshot(new byte[0], 20, 2, ConfState.EMPTY);
        unstable.restore(snapshot);
        assertThat(unstable.end()).isEqualTo(21);
        assertThat(unstable.newSnapshot()).isEqualTo(snapshot);
        unstable.markHandedOut();
        assertThat(unstable.newSnapshot()).isEqualTo(Snapshot.EMPTY);
        assertThat(unstable.snapshot()).isEqualTo(snapshot);
        unstable.snapshotDurable(19);
        assertThat(unstable.snapshot()).isEqualTo(snapshot);
        unstable.snapshotDurable(20);
        assertThat(unstable.snapshot()).isEqualTo(Snapshot.EMPTY);
    }

    private static List<Entry> entries(long term, long from, int count) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(Entry.noOp(term, from + i));
        }
        return entries;
    }
}
