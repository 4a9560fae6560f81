package dev.quorate.store.mvcc;

/** A record that the index names was deleted by a compaction between reading the one and the other; the reader starts again. */
final class Vanished extends Exception {
    private static final long serialVersionUID = 1L;

    Vanished() {
        super("compacted while reading", null, false, false);
    }
}
