package dev.quorate.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RangeTreeTest {
    @Test
    void findsWhatAPlainListFinds() {
        for (long seed = 0; seed < 30; seed++) {
            var random = new Random(seed);
            var tree = new RangeTree(random);
            var groups = new ArrayList<WatchGroup>();
            for (int step = 0; step < 400; step++) {
                if (groups.isEmpty() || random.nextInt(3) > 0) {
                    var range = range(random);
                    if (groups.stream().noneMatch(group -> group.range().equals(range))) {
                        groups.add(new WatchGroup(range));
                        tree.add(groups.getLast());
                    }
                } else {
                    tree.remove(groups.remove(random.nextInt(groups.size())));
                }
                var key = key(random);
                var found = new ArrayList<WatchGroup>();
                tree.containing(key, found);
                assertThat(found)
                        .as("seed %d step %d", seed, step)
                        .containsExactlyInAnyOrderElementsOf(containing(groups, key));
            }
        }
    }

    private static List<WatchGroup> containing(List<WatchGroup> groups, byte[] key) {
        return groups.stream()
                .filter(group ->
                        MemoryHistory.contains(group.range().key(), group.range().rangeEnd(), key))
                .toList();
    }

    private static KeyRange range(Random random) {
        while (true) {
            var end = random.nextInt(8) == 0 ? new byte[1] : key(random);
            var range = new KeyRange(key(random), end);
            if (!range.empty()) {
                return range;
            }
        }
    }

    /** Short keys over few letters, above and below 0x80, so that ranges nest, touch and overlap. */
    private static byte[] key(Random random) {
        var key = new byte[1 + random.nextInt(3)];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) (0x7D + random.nextInt(6));
        }
        return key;
    }
}
