package dev.quorate.server.watch;

import dev.quorate.store.mvcc.History;
import java.util.ArrayList;
import java.util.List;

/**
 * Encoded events of whole revisions that leave in one response; shared between all watches that see the same events.
 *
 * @param events each as a field of the response
 * @param sizeBytes their length together
 */
record EventBlock(byte[][] events, long sizeBytes, long firstRevision, long lastRevision) {
    /** A response is closed at the end of the revision that brings it to this size. */
    static final int SOFT_BYTES_MAX = 1 << 20;

    /** What a watch wants of an event, as an index from 0: the bits below. */
    static final int NO_PUT = 1;

    static final int NO_DELETE = 2;
    static final int PREVIOUS = 4;
    static final int VARIANTS = 8;

    /**
     * Encodes what one variant of watches sees.
     *
     * @param from events of earlier revisions are left out
     */
    static List<EventBlock> build(
            List<SharedEvent> events, long from, int variant, History history) {
        var blocks = new ArrayList<EventBlock>(1);
        var part = new ArrayList<byte[]>(events.size());
        long size = 0;
        long first = 0;
        long last = 0;
        for (var event : events) {
            if (event.revision() < from || filtered(event, variant)) {
                continue;
            }
            if (size >= SOFT_BYTES_MAX && event.revision() != last) {
                blocks.add(new EventBlock(part.toArray(byte[][]::new), size, first, last));
                part.clear();
                size = 0;
            }
            var bytes = event.bytes((variant & PREVIOUS) != 0, history);
            if (part.isEmpty()) {
                first = event.revision();
            }
            part.add(bytes);
            size += bytes.length;
            last = event.revision();
        }
        if (!part.isEmpty()) {
            blocks.add(new EventBlock(part.toArray(byte[][]::new), size, first, last));
        }
        return blocks;
    }

    private static boolean filtered(SharedEvent event, int variant) {
        return (variant & (event.tombstone() ? NO_DELETE : NO_PUT)) != 0;
    }
}
