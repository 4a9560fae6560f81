package dev.quorate.server.watch;

import dev.quorate.store.mvcc.History;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All synced watches of one range, and what they have to be told of the changes being processed. */
final class WatchGroup {
    private final KeyRange range;
    private final ArrayList<Watcher> members = new ArrayList<>();
    private final ArrayList<SharedEvent> events = new ArrayList<>();

    @SuppressWarnings({"unchecked", "rawtypes"})
    private final @Nullable List<EventBlock>[] blocks = new List[EventBlock.VARIANTS];

    WatchGroup(KeyRange range) {
        this.range = range;
    }

    KeyRange range() {
        return range;
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    int size() {
        return members.size();
    }

    Watcher member(int position) {
        return members.get(position);
    }

    void add(Watcher watcher) {
        watcher.position = members.size();
        members.add(watcher);
    }

    /** Removes a member; the last one takes its place, so that a walk from the end sees every member once. */
    void remove(Watcher watcher) {
        var last = members.removeLast();
        if (last != watcher) {
            members.set(watcher.position, last);
            last.position = watcher.position;
        }
    }

    /** Notes an event; true when it is the first. */
    boolean collect(SharedEvent event) {
        events.add(event);
        return events.size() == 1;
    }

    /** What the watcher sees of the collected events; shared unless it starts in the middle of them. */
    List<EventBlock> blocks(Watcher watcher, History history) {
        if (watcher.nextRevision > events.getFirst().revision()) {
            return EventBlock.build(events, watcher.nextRevision, watcher.variant(), history);
        }
        var shared = blocks[watcher.variant()];
        if (shared == null) {
            shared = EventBlock.build(events, 0, watcher.variant(), history);
            blocks[watcher.variant()] = shared;
        }
        return shared;
    }

    void clear() {
        events.clear();
        java.util.Arrays.fill(blocks, null);
    }
}
