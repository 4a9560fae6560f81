package dev.quorate.server.node;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/** How far the apply loop has come, and who waits for it. The apply loop advances it; any thread waits. */
final class AppliedIndex {
    private final ConcurrentSkipListMap<Long, List<Runnable>> waiting =
            new ConcurrentSkipListMap<>();
    private volatile long applied;

    AppliedIndex(long applied) {
        this.applied = applied;
    }

    long get() {
        return applied;
    }

    /** Publishes a new index and returns what may run now. */
    List<Runnable> advance(long index) {
        applied = index;
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<Runnable> ready = new ArrayList<>();
        for (var entry = waiting.pollFirstEntry();
                entry != null;
                entry = waiting.pollFirstEntry()) {
            if (entry.getKey() > index) {
                putBack(entry.getKey(), entry.getValue());
                break;
            }
            ready.addAll(entry.getValue());
        }
        return ready;
    }

    /** Runs the action when everything up to {@code index} is applied: at once on this thread, or later where {@link #advance} says. */
    void whenApplied(long index, Runnable action) {
        if (applied >= index) {
            action.run();
            return;
        }
        putBack(index, List.of(action));
        if (applied >= index) {
            // The index arrived between the check and the registration: whoever removes the entry
            // runs it.
            var missed = waiting.remove(index);
            if (missed != null) {
                missed.forEach(Runnable::run);
            }
        }
    }

    private void putBack(long index, List<Runnable> actions) {
        waiting.merge(
                index,
                actions,
                (one, other) -> {
                    List<Runnable> both = new ArrayList<>(one);
                    both.addAll(other);
                    return both;
                });
    }
}
