package dev.quorate.verify.history;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Splits a history into parts that can be judged apart: linearizability is local (Herlihy and Wing 1990, section 3.3), and keys that no
 * operation touches together are objects of their own, as long as revisions are not looked at. Ranges and transactions join the keys
 * they touch.
 */
public final class Partition {
    private final TreeMap<String, String> parents = new TreeMap<>();

    private Partition() {}

    /** The parts, in order of their first keys; each in the order of the history. */
    public static List<List<Operation>> byKey(List<Operation> history) {
        Partition partition = new Partition();
        NavigableSet<String> keys = new TreeSet<>();
        history.forEach(operation -> collect(operation.request(), keys));
        keys.forEach(key -> partition.parents.put(key, key));
        for (Operation operation : history) {
            partition.join(touched(operation.request(), keys));
        }
        TreeMap<String, List<Operation>> parts = new TreeMap<>();
        for (Operation operation : history) {
            NavigableSet<String> touched = touched(operation.request(), keys);
            // A range without any key of the history reads nothing, whatever the others do.
            String root = touched.isEmpty() ? "" : partition.root(touched.first());
            parts.computeIfAbsent(root, _ -> new ArrayList<>()).add(operation);
        }
        return new ArrayList<>(parts.values());
    }

    private void join(NavigableSet<String> touched) {
        for (String key : touched) {
            parents.put(root(key), root(touched.first()));
        }
    }

    private String root(String key) {
        String at = key;
        for (String up = parents.get(at); !at.equals(up); up = parents.get(at)) {
            at = up;
        }
        return at;
    }

    /** All keys that are named, whether as one key or as the beginning of a range. */
    private static void collect(KvRequest request, NavigableSet<String> keys) {
        switch (request) {
            case KvRequest.Get get -> keys.add(get.key());
            case KvRequest.Put put -> keys.add(put.key());
            case KvRequest.Delete delete -> keys.add(delete.key());
            case KvRequest.Txn txn -> {
                txn.compares().forEach(compare -> keys.add(compare.key()));
                txn.success().forEach(one -> collect(one, keys));
                txn.failure().forEach(one -> collect(one, keys));
            }
        }
    }

    private static NavigableSet<String> touched(KvRequest request, NavigableSet<String> keys) {
        NavigableSet<String> touched = new TreeSet<>();
        touch(request, keys, touched);
        return touched;
    }

    private static void touch(
            KvRequest request, NavigableSet<String> keys, NavigableSet<String> touched) {
        switch (request) {
            case KvRequest.Get get -> range(get.key(), get.end(), keys, touched);
            case KvRequest.Put put -> touched.add(put.key());
            case KvRequest.Delete delete -> range(delete.key(), delete.end(), keys, touched);
            case KvRequest.Txn txn -> {
                txn.compares().forEach(compare -> touched.add(compare.key()));
                txn.success().forEach(one -> touch(one, keys, touched));
                txn.failure().forEach(one -> touch(one, keys, touched));
            }
        }
    }

    private static void range(
            String key, String end, NavigableSet<String> keys, NavigableSet<String> touched) {
        if (end.isEmpty()) {
            touched.add(key);
        } else if (key.compareTo(end) < 0) {
            touched.addAll(keys.subSet(key, true, end, false));
        }
    }
}
