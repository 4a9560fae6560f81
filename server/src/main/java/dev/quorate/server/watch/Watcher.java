package dev.quorate.server.watch;

import org.jspecify.annotations.Nullable;

/** One watch of one stream. Owned by the hub's thread. */
final class Watcher {
    enum State {
        /** Told by the hub as changes happen. */
        SYNCED,
        /** In the hub's queue of readers of history. */
        CATCHING_UP,
        /** A cursor that waits for its stream to become writable. */
        PARKED,
        CLOSED
    }

    private final WatchStream stream;
    private final WatchRequests.Create request;
    private final long id;

    State state = State.CLOSED;

    /** Nothing below this revision is for the watch any more. While synced it is a lower bound that the hub does not move. */
    long nextRevision;

    /** Revisions to read next time; follows the size of what was read. */
    final Stride stride;

    /** True when nothing was sent since the last look of the progress clock. */
    boolean quiet = true;

    /** The group while synced, and the place in it. */
    @Nullable WatchGroup group;

    int position;

    Watcher(WatchStream stream, WatchRequests.Create request, long id, Stride stride) {
        this.stream = stream;
        this.request = request;
        this.id = id;
        this.stride = stride;
    }

    WatchStream stream() {
        return stream;
    }

    KeyRange range() {
        return request.range();
    }

    long id() {
        return id;
    }

    int variant() {
        return request.variant();
    }

    boolean fragment() {
        return request.fragment();
    }

    boolean progressNotify() {
        return request.progressNotify();
    }

    long startRevision() {
        return request.startRevision();
    }
}
