package dev.quorate.verify.history;

import dev.quorate.verify.history.KvResponse.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A store as the contract describes it: a revision and the keys that live. Immutable.
 *
 * <p>Every request that changes something has one revision of its own, however many keys it touches.
 */
public record KvState(long revision, NavigableMap<String, Item> items) {
    /** etcd's store before the first write. */
    public static final KvState EMPTY = new KvState(1, new TreeMap<>());

    /** What a request does, and what it answers. */
    public record Step(KvState after, KvResponse response) {}

    /** Carries out a request. */
    public Step step(KvRequest request) {
        Run run = new Run();
        KvResponse.Body body = run.perform(request);
        KvState after = run.changed ? new KvState(revision + 1, run.next) : this;
        return new Step(after, new KvResponse(after.revision, body));
    }

    /** The keys of {@code [key, end)}, or of the key alone. */
    public static NavigableMap<String, Item> within(
            NavigableMap<String, Item> items, String key, String end) {
        if (end.isEmpty()) {
            return items.subMap(key, true, key, true);
        }
        return key.compareTo(end) >= 0 ? new TreeMap<>() : items.subMap(key, true, end, false);
    }

    private final class Run {
        NavigableMap<String, Item> next = items;
        boolean changed;

        KvResponse.Body perform(KvRequest request) {
            return switch (request) {
                case KvRequest.Get get ->
                        new KvResponse.Got(
                                new ArrayList<>(within(next, get.key(), get.end()).values()));
                case KvRequest.Put put -> put(put);
                case KvRequest.Delete delete -> delete(delete);
                case KvRequest.Txn txn -> {
                    boolean succeeded = txn.compares().stream().allMatch(this::holds);
                    List<KvResponse.Body> bodies = new ArrayList<>();
                    for (KvRequest one : succeeded ? txn.success() : txn.failure()) {
                        bodies.add(perform(one));
                    }
                    yield new KvResponse.Decided(succeeded, bodies);
                }
            };
        }

        private void change() {
            if (!changed) {
                changed = true;
                next = new TreeMap<>(items);
            }
        }

        private KvResponse.Body put(KvRequest.Put put) {
            change();
            Item old = next.get(put.key());
            long mod = revision + 1;
            next.put(
                    put.key(),
                    new Item(
                            put.key(),
                            put.value(),
                            old == null ? mod : old.createRevision(),
                            mod,
                            old == null ? 1 : old.version() + 1));
            return new KvResponse.Stored();
        }

        private KvResponse.Body delete(KvRequest.Delete delete) {
            int count = within(next, delete.key(), delete.end()).size();
            if (count > 0) {
                change();
                within(next, delete.key(), delete.end()).clear();
            }
            return new KvResponse.Deleted(count);
        }

        private boolean holds(KvRequest.Compare compare) {
            @Nullable Item item = items.get(compare.key());
            int order =
                    switch (compare.target()) {
                        case VALUE -> {
                            if (item == null) {
                                // No comparison of a value holds for a key that is not there.
                                yield Integer.MIN_VALUE;
                            }
                            yield Integer.signum(item.value().compareTo(compare.value()));
                        }
                        case VERSION ->
                                Long.compare(item == null ? 0 : item.version(), compare.number());
                        case CREATE_REVISION ->
                                Long.compare(
                                        item == null ? 0 : item.createRevision(), compare.number());
                        case MOD_REVISION ->
                                Long.compare(
                                        item == null ? 0 : item.modRevision(), compare.number());
                    };
            if (order == Integer.MIN_VALUE) {
                return false;
            }
            return switch (compare.relation()) {
                case EQUAL -> order == 0;
                case NOT_EQUAL -> order != 0;
                case LESS -> order < 0;
                case GREATER -> order > 0;
            };
        }
    }
}
