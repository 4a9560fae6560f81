package dev.quorate.storage.bbolt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The numbers of the file format; the picture is in the package's comment. */
final class Format {
    static final int DEFAULT_PAGE_BYTES = 4096;
    static final int MIN_PAGE_BYTES = 1024;
    static final int MAX_PAGE_BYTES = MIN_PAGE_BYTES << 14;

    static final int HEADER_BYTES = 16;
    static final int ELEMENT_BYTES = 16;
    static final int BUCKET_BYTES = 16;
    static final int META_BYTES = 64;

    static final int BRANCH = 0x01;
    static final int LEAF = 0x02;
    static final int META = 0x04;
    static final int FREELIST = 0x10;

    static final int BUCKET_FLAG = 1;

    static final int MAGIC = 0xED0CDAED;
    static final int VERSION = 2;
    static final long FIRST_DATA_PAGE = 2;

    // Offsets in a page header.
    static final int FLAGS_AT = 8;
    static final int COUNT_AT = 10;
    static final int OVERFLOW_AT = 12;

    // Offsets in a meta record.
    static final int META_VERSION_AT = 4;
    static final int META_PAGE_SIZE_AT = 8;
    static final int META_ROOT_AT = 16;
    static final int META_FREELIST_AT = 32;
    static final int META_HIGH_WATER_AT = 40;
    static final int META_TRANSACTION_AT = 48;
    static final int META_CHECKSUM_AT = 56;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Format() {}

    static long getLong(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static void putLong(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    static long getUnsignedInt(byte[] bytes, int at) {
        return (int) INT.get(bytes, at) & 0xffff_ffffL;
    }

    static void putInt(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }

    static int getUnsignedShort(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at) & 0xffff;
    }

    static void putShort(byte[] bytes, int at, int value) {
        SHORT.set(bytes, at, (short) value);
    }

    /** FNV-1a 64 of {@code bytes[from, to)}. */
    static long fnv(byte[] bytes, int from, int to) {
        long hash = FNV_OFFSET;
        for (int i = from; i < to; i++) {
            hash = (hash ^ (bytes[i] & 0xff)) * FNV_PRIME;
        }
        return hash;
    }

    static void putHeader(byte[] page, int at, long id, int flags, int count, int overflow) {
        putLong(page, at, id);
        putShort(page, at + FLAGS_AT, flags);
        putShort(page, at + COUNT_AT, count);
        putInt(page, at + OVERFLOW_AT, overflow);
    }
}
