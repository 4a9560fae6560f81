package dev.quorate.verify.history;

import java.util.List;

/**
 * What a client was answered.
 *
 * @param revision of the response's header
 */
public record KvResponse(long revision, Body body) {
    /** One key as a client sees it. */
    public record Item(
            String key, String value, long createRevision, long modRevision, long version) {}

    /** The part that differs by request. */
    public sealed interface Body {}

    /** @param items in order of the keys */
    public record Got(List<Item> items) implements Body {
        public Got {
            items = List.copyOf(items);
        }
    }

    /** A put was done. */
    public record Stored() implements Body {}

    /** So many keys were deleted. */
    public record Deleted(long count) implements Body {}

    /** @param bodies of the operations that were chosen */
    public record Decided(boolean succeeded, List<Body> bodies) implements Body {
        public Decided {
            bodies = List.copyOf(bodies);
        }
    }
}
