package dev.quorate.storage.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The key of a record in {@link Bucket#KEY}: a revision, so that byte order is the order of history.
 *
 * <pre>
 *   0        8   9        17  18
 *   | main BE | _ | sub BE | t |      the trailing 't' marks a tombstone (a delete)
 * </pre>
 */
public final class RevisionKey {
    /** Length of the key of a put. */
    public static final int PUT_BYTES = 17;

    /** Length of the key of a tombstone. */
    public static final int TOMBSTONE_BYTES = 18;

    private static final byte SEPARATOR = '_';
    private static final byte TOMBSTONE = 't';
    private static final int SEPARATOR_AT = 8;
    private static final int SUB_AT = 9;
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private RevisionKey() {}

    /** The key of the record {@code (main, sub)}. */
    public static byte[] encode(long main, long sub, boolean tombstone) {
        byte[] key = new byte[tombstone ? TOMBSTONE_BYTES : PUT_BYTES];
        LONG.set(key, 0, main);
        key[SEPARATOR_AT] = SEPARATOR;
        LONG.set(key, SUB_AT, sub);
        if (tombstone) {
            key[PUT_BYTES] = TOMBSTONE;
        }
        return key;
    }

    /** Whether {@code key} has the shape above. */
    public static boolean isValid(byte[] key) {
        return (key.length == PUT_BYTES
                        || (key.length == TOMBSTONE_BYTES && key[PUT_BYTES] == TOMBSTONE))
                && key[SEPARATOR_AT] == SEPARATOR;
    }

    /** The main revision; {@code key} must be valid. */
    public static long main(byte[] key) {
        return (long) LONG.get(key, 0);
    }

    /** The sub revision; {@code key} must be valid. */
    public static long sub(byte[] key) {
        return (long) LONG.get(key, SUB_AT);
    }

    /** Whether the record is a delete; {@code key} must be valid. */
    public static boolean isTombstone(byte[] key) {
        return key.length == TOMBSTONE_BYTES;
    }
}
