package dev.quorate.verify.history;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known afterwards about every write that took effect, from the log of a simulated member or from a watch over all of history.
 * With it an operation whose answer was lost need not be guessed at, which would make the search for an order exponential. The values of
 * a history must be different.
 */
public final class Witness {
    private final TreeMap<String, Long> revisions = new TreeMap<>();

    /** A value was written to a key. */
    public void wrote(long revision, String key, String value) {
        Long earlier = revisions.putIfAbsent(key + "=" + value, revision);
        if (earlier != null && earlier != revision) {
            throw new AssertionError(
                    key
                            + "="
                            + value
                            + " was written twice, at revisions "
                            + earlier
                            + " and "
                            + revision);
        }
    }

    /** The history without requests that are known never to have taken effect, and with the revisions of the others. */
    public List<Operation> resolve(List<Operation> history) {
        List<Operation> resolved = new ArrayList<>();
        for (Operation operation : history) {
            if (operation.isAnswered()) {
                resolved.add(operation);
                continue;
            }
            if (isDeletion(operation.request())) {
                resolved.add(operation);
                continue;
            }
            Long revision = find(operation.request());
            if (revision != null) {
                resolved.add(
                        new Operation(
                                operation.client(),
                                operation.calledAt(),
                                operation.returnedAt(),
                                operation.request(),
                                null,
                                revision));
            }
        }
        return resolved;
    }

    /** Whether it may change something without writing a value; the witness cannot tell these from one another. */
    private static boolean isDeletion(KvRequest request) {
        return switch (request) {
            case KvRequest.Delete _ -> true;
            case KvRequest.Get _, KvRequest.Put _ -> false;
            case KvRequest.Txn txn -> onlyDeletes(txn.success()) || onlyDeletes(txn.failure());
        };
    }

    private static boolean onlyDeletes(List<KvRequest> requests) {
        return requests.stream().noneMatch(Witness::writes)
                && requests.stream().anyMatch(Witness::isDeletion);
    }

    private static boolean writes(KvRequest request) {
        return switch (request) {
            case KvRequest.Put _ -> true;
            case KvRequest.Get _, KvRequest.Delete _ -> false;
            case KvRequest.Txn txn ->
                    txn.success().stream().anyMatch(Witness::writes)
                            && txn.failure().stream().anyMatch(Witness::writes);
        };
    }

    private @Nullable Long find(KvRequest request) {
        return switch (request) {
            case KvRequest.Put put -> revisions.get(put.key() + "=" + put.value());
            case KvRequest.Get _, KvRequest.Delete _ -> null;
            case KvRequest.Txn txn -> {
                List<KvRequest> all = new ArrayList<>(txn.success());
                all.addAll(txn.failure());
                Long found = null;
                for (KvRequest one : all) {
                    found = found == null ? find(one) : found;
                }
                yield found;
            }
        };
    }
}
