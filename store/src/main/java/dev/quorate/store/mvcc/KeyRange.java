package dev.quorate.store.mvcc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a request means: {@code from <= key < to}, or from {@code from} on if {@code to} is null.
 *
 * @param single only the key {@code from} itself
 */
record KeyRange(byte[] from, byte @Nullable [] to, boolean single) {
    /** Reads the two fields of a request: no end means one key, an end of one zero byte means every key from {@code key} on. */
    static KeyRange of(byte[] key, byte[] rangeEnd) {
        if (rangeEnd.length == 0) {
            return new KeyRange(key, null, true);
        }
        boolean open = rangeEnd.length == 1 && rangeEnd[0] == 0;
        return new KeyRange(key, open ? null : rangeEnd, false);
    }

    boolean contains(byte[] key) {
        if (single) {
            return Arrays.equals(key, from);
        }
        return Arrays.compareUnsigned(key, from) >= 0
                && (to == null || Arrays.compareUnsigned(key, to) < 0);
    }
}
