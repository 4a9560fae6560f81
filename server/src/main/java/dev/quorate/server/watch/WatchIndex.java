package dev.quorate.server.watch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.random.RandomGenerator;

/** Which synced watches see a key. Watches of equal ranges are one group, so that matching costs per range, not per watch. */
final class WatchIndex {
    /** A key of the map of single keys. */
    private record Key(byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key(var otherBytes) && Arrays.equals(bytes, otherBytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    private final HashMap<Key, WatchGroup> single = new HashMap<>();
    private final HashMap<KeyRange, WatchGroup> ranges = new HashMap<>();
    private final RangeTree tree;

    WatchIndex(RandomGenerator random) {
        this.tree = new RangeTree(random);
    }

    boolean isEmpty() {
        return single.isEmpty() && ranges.isEmpty();
    }

    void add(Watcher watcher) {
        var range = watcher.range();
        var group =
                range.single()
                        ? single.computeIfAbsent(new Key(range.key()), _ -> new WatchGroup(range))
                        : ranges.computeIfAbsent(range, this::plant);
        watcher.group = group;
        group.add(watcher);
    }

    void remove(Watcher watcher) {
        var group = watcher.group;
        if (group == null) {
            throw new IllegalStateException("not in the index: " + watcher.range());
        }
        group.remove(watcher);
        watcher.group = null;
        if (!group.isEmpty()) {
            return;
        }
        if (group.range().single()) {
            single.remove(new Key(group.range().key()));
        } else {
            ranges.remove(group.range());
            tree.remove(group);
        }
    }

    /** Adds the groups that see {@code key} to {@code found}. */
    void matching(byte[] key, List<WatchGroup> found) {
        if (!single.isEmpty()) {
            var group = single.get(new Key(key));
            if (group != null) {
                found.add(group);
            }
        }
        tree.containing(key, found);
    }

    /** All members, for leaving the index together. */
    List<Watcher> all() {
        var all = new ArrayList<Watcher>();
        single.values().forEach(group -> collect(group, all));
        ranges.values().forEach(group -> collect(group, all));
        return all;
    }

    private WatchGroup plant(KeyRange range) {
        var group = new WatchGroup(range);
        tree.add(group);
        return group;
    }

    private static void collect(WatchGroup group, List<Watcher> all) {
        for (int i = 0; i < group.size(); i++) {
            all.add(group.member(i));
        }
    }
}
