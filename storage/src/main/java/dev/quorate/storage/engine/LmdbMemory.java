package dev.quorate.storage.engine;

import static org.lwjgl.util.lmdb.LMDB.nmdb_strerror;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Access to LMDB's memory by address, and the meaning of its return codes. Addresses come from LMDB and are valid until the transaction
 * ends.
 *
 * <p>Bytes are copied, never read in place: that needs no method handles, which cost a start more than all of LMDB does.
 */
final class LmdbMemory {
    static final int SUCCESS = 0;
    static final int NOT_FOUND = -30798;
    static final int MAP_FULL = -30792;

    /** All of the address space. */
    @SuppressWarnings("restricted")
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final int TEXT_BYTES_MAX = 256;

    private LmdbMemory() {}

    static byte[] copyOut(long address, long length) {
        byte[] bytes = new byte[Math.toIntExact(length)];
        MemorySegment.copy(ALL, address, MemorySegment.ofArray(bytes), 0, length);
        return bytes;
    }

    static void copyIn(byte[] from, long address) {
        MemorySegment.copy(MemorySegment.ofArray(from), 0, ALL, address, from.length);
    }

    /** A number that {@link #putInt} wrote. */
    static int getInt(long address) {
        byte[] bytes = copyOut(address, Integer.BYTES);
        return (bytes[0] & 0xff)
                | (bytes[1] & 0xff) << 8
                | (bytes[2] & 0xff) << 16
                | (bytes[3] & 0xff) << 24;
    }

    /** Least significant byte first. */
    static void putInt(long address, int value) {
        byte[] bytes = {
            (byte) value, (byte) (value >>> 8), (byte) (value >>> 16), (byte) (value >>> 24)
        };
        copyIn(bytes, address);
    }

    static boolean sameBytes(long a, long b, long length) {
        return MemorySegment.mismatch(ALL, a, a + length, ALL, b, b + length) < 0;
    }

    /** Throws unless {@code code} means success. */
    static void check(int code, String action) throws IOException {
        if (code != SUCCESS) {
            throw new IOException(action + ": " + text(code));
        }
    }

    static String text(int code) {
        long address = nmdb_strerror(code);
        int length = 0;
        while (length < TEXT_BYTES_MAX && copyOut(address + length, 1)[0] != 0) {
            length++;
        }
        return new String(copyOut(address, length), StandardCharsets.UTF_8);
    }
}
