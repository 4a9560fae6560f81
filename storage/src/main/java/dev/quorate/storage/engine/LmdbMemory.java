package dev.quorate.storage.engine;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.lwjgl.system.Configuration;
import org.lwjgl.util.lmdb.LMDB;
import org.lwjgl.util.lmdb.MDBVal;

/** Access to LMDB's memory by address, and the meaning of its return codes. */
final class LmdbMemory {
    /** All of the address space; addresses come from LMDB and are valid until the transaction ends. */
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private LmdbMemory() {}

    /** Keeps LWJGL away from {@code sun.misc.Unsafe}, whose use the JVM reports on stderr; an embedding program may have chosen already. */
    static void configure() {
        if (Configuration.MEMORY_BACKEND.get() == null) {
            Configuration.MEMORY_BACKEND.set("ffm");
        }
    }

    static void setVal(long val, long size, long address) {
        ALL.set(JAVA_LONG_UNALIGNED, val + MDBVal.MV_SIZE, size);
        ALL.set(JAVA_LONG_UNALIGNED, val + MDBVal.MV_DATA, address);
    }

    static long valSize(long val) {
        return ALL.get(JAVA_LONG_UNALIGNED, val + MDBVal.MV_SIZE);
    }

    static long valData(long val) {
        return ALL.get(JAVA_LONG_UNALIGNED, val + MDBVal.MV_DATA);
    }

    static long getLong(long address) {
        return ALL.get(JAVA_LONG_UNALIGNED, address);
    }

    static int getInt(long address) {
        return ALL.get(JAVA_INT_UNALIGNED, address);
    }

    static void putInt(long address, int value) {
        ALL.set(JAVA_INT_UNALIGNED, address, value);
    }

    static byte[] copyOut(long address, long length) {
        byte[] bytes = new byte[Math.toIntExact(length)];
        MemorySegment.copy(ALL, JAVA_BYTE, address, bytes, 0, bytes.length);
        return bytes;
    }

    static void copyIn(byte[] from, int offset, long address, int length) {
        MemorySegment.copy(from, offset, ALL, JAVA_BYTE, address, length);
    }

    static boolean sameBytes(long a, long b, long length) {
        return MemorySegment.mismatch(ALL, a, a + length, ALL, b, b + length) < 0;
    }

    /** Throws unless {@code code} means success. */
    static void check(int code, String action) throws IOException {
        if (code != LMDB.MDB_SUCCESS) {
            throw new IOException(action + ": " + text(code));
        }
    }

    static String text(int code) {
        return String.valueOf(LMDB.mdb_strerror(code));
    }
}
