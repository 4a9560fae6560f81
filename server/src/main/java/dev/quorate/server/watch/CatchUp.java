package dev.quorate.server.watch;

import dev.quorate.store.mvcc.Change;
import dev.quorate.store.mvcc.History;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings cursors up to the hub by reading history, one bounded step per watch and round. Watches that stand at the same place read
 * once: those that fell behind together are together.
 */
final class CatchUp {
    /** Steps from history in one turn of the hub, so that the synced watches are served in between. */
    private static final int STEPS_PER_TURN = 64;

    /** What the shared steps of one turn may hold. */
    private static final long MEMO_BYTES_MAX = 16 << 20;

    private record Cursor(KeyRange range, long from, int revisions) {}

    private record Step(List<SharedEvent> events, long completeTo, boolean compacted, long bytes) {}

    private final History history;
    private final WatchHub hub;
    private final ArrayDeque<Watcher> queue = new ArrayDeque<>();
    private final HashMap<Cursor, Step> memo = new HashMap<>();
    private long memoBytes;

    CatchUp(History history, WatchHub hub) {
        this.history = history;
        this.hub = hub;
    }

    void add(Watcher watcher) {
        queue.add(watcher);
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /**
     * Moves each of the first watches one step.
     *
     * @return true when it brought something, so that another turn is worth while
     */
    boolean turn() {
        boolean moved = false;
        for (int steps = Math.min(queue.size(), STEPS_PER_TURN); steps > 0; steps--) {
            var watcher = queue.remove();
            if (watcher.state == Watcher.State.CATCHING_UP) {
                moved |= step(watcher);
            }
        }
        memo.clear();
        memoBytes = 0;
        return moved;
    }

    private boolean step(Watcher watcher) {
        if (watcher.nextRevision > hub.processed()) {
            hub.synced(watcher);
            return true;
        }
        if (!watcher.stream().canSend()) {
            hub.park(watcher, watcher.nextRevision);
            return true;
        }
        var step = read(watcher);
        if (step.compacted()) {
            hub.compacted(watcher);
            return true;
        }
        if (step.completeTo() < watcher.nextRevision) {
            // Published but not yet visible to readers: look again a little later.
            queue.add(watcher);
            return false;
        }
        deliver(watcher, step);
        return true;
    }

    private void deliver(Watcher watcher, Step step) {
        var blocks =
                EventBlock.build(step.events(), watcher.nextRevision, watcher.variant(), history);
        if (!hub.deliver(watcher, blocks, step.completeTo())) {
            return;
        }
        watcher.stride.learn(step.bytes());
        watcher.nextRevision = step.completeTo() + 1;
        if (watcher.nextRevision > hub.processed()) {
            hub.synced(watcher);
        } else {
            queue.add(watcher);
        }
    }

    private Step read(Watcher watcher) {
        var cursor = new Cursor(watcher.range(), watcher.nextRevision, watcher.stride.revisions());
        @Nullable Step known = memo.get(cursor);
        if (known != null) {
            return known;
        }
        var step = read(cursor);
        if (memoBytes + step.bytes() <= MEMO_BYTES_MAX) {
            memoBytes += step.bytes();
            memo.put(cursor, step);
        }
        return step;
    }

    private Step read(Cursor cursor) {
        var slice =
                history.read(
                        cursor.range().key(),
                        cursor.range().rangeEnd(),
                        cursor.from(),
                        cursor.revisions());
        // Not beyond the hub: what it has not processed it will bring itself.
        long to = Math.min(slice.completeTo(), hub.processed());
        var events = new ArrayList<SharedEvent>(slice.changes().size());
        long bytes = 0;
        for (Change change : slice.changes()) {
            if (change.main() <= to) {
                events.add(new SharedEvent(change));
                bytes += change.record().length;
            }
        }
        return new Step(events, to, slice.compacted(), bytes);
    }
}
