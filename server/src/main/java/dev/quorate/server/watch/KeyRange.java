package dev.quorate.server.watch;

import java.util.Arrays;

/**
 * The keys that a watch sees, in the form of the wire.
 *
 * @param key the first key, never empty
 * @param rangeEnd empty: only {@code key}; one zero byte: every key from {@code key} on; else the first key that is not in the range
 */
record KeyRange(byte[] key, byte[] rangeEnd) {
    private static final byte[] ZERO = {0};

    static final KeyRange ALL = new KeyRange(ZERO, ZERO);

    boolean single() {
        return rangeEnd.length == 0;
    }

    boolean unbounded() {
        return rangeEnd.length == 1 && rangeEnd[0] == 0;
    }

    boolean empty() {
        return !single() && !unbounded() && Arrays.compareUnsigned(key, rangeEnd) >= 0;
    }

    /** True when {@code candidate}, which is not below {@link #key}, is below the end; not for single keys. */
    boolean endsAfter(byte[] candidate) {
        return unbounded() || Arrays.compareUnsigned(candidate, rangeEnd) < 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyRange(var otherKey, var otherEnd)
                && Arrays.equals(key, otherKey)
                && Arrays.equals(rangeEnd, otherEnd);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(key) + Arrays.hashCode(rangeEnd);
    }

    @Override
    public String toString() {
        return "["
                + new String(key, java.nio.charset.StandardCharsets.ISO_8859_1)
                + ", "
                + new String(rangeEnd, java.nio.charset.StandardCharsets.ISO_8859_1)
                + ")";
    }
}
