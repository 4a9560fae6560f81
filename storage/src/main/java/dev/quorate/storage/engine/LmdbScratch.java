package dev.quorate.storage.engine;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Memory with an address, through which LMDB's calls are given keys and answer; for one thread at a time.
 *
 * <pre>
 *   at 0   key    | size 8 | address 8 |     an MDB_val
 *   at 16  data   | size 8 | address 8 |     an MDB_val, or where a call stores one pointer or number
 *   at 32  bytes  a key, a text, an MDB_stat or an MDB_envinfo
 * </pre>
 *
 * <p>The layouts are those of 64-bit systems, the only ones for which the library is shipped.
 */
final class LmdbScratch {
    private static final int KEY = 0;
    private static final int DATA = 16;
    private static final int BYTES = 32;
    private static final int ADDRESS_IN_VAL = 8;

    // MDB_stat: psize 4, depth 4, branch pages 8, leaf pages 8, overflow pages 8, entries 8
    private static final int STAT_BRANCH_PAGES = BYTES + 8;
    private static final int STAT_LEAF_PAGES = BYTES + 16;
    private static final int STAT_OVERFLOW_PAGES = BYTES + 24;
    private static final int STAT_ENTRIES = BYTES + 32;

    // MDB_envinfo: map address 8, map size 8, last page 8, ...
    private static final int INFO_LAST_PAGE = BYTES + 16;

    private final ByteBuffer memory;
    private final long address;

    /** @param bytes room for keys and texts; at least 64, which the records of statistics need */
    LmdbScratch(int bytes) {
        memory =
                ByteBuffer.allocateDirect(BYTES + Math.max(bytes, 64))
                        .order(ByteOrder.nativeOrder());
        address = MemorySegment.ofBuffer(memory).address();
    }

    // Addresses, for calls.

    long key() {
        return address + KEY;
    }

    long data() {
        return address + DATA;
    }

    long bytes() {
        return address + BYTES;
    }

    // What goes in.

    void setKey(byte[] stored) {
        memory.put(BYTES, stored);
        memory.putLong(KEY, stored.length);
        memory.putLong(KEY + ADDRESS_IN_VAL, bytes());
    }

    /** A record to be written whose bytes follow when LMDB has made room. */
    void setDataSize(long size) {
        memory.putLong(DATA, size);
        memory.putLong(DATA + ADDRESS_IN_VAL, 0);
    }

    /** A text at {@link #bytes}, with a zero byte behind. */
    void setText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        memory.put(BYTES, bytes).put(BYTES + bytes.length, (byte) 0);
    }

    // What comes out.

    long keySize() {
        return memory.getLong(KEY);
    }

    long keyAddress() {
        return memory.getLong(KEY + ADDRESS_IN_VAL);
    }

    long dataSize() {
        return memory.getLong(DATA);
    }

    long dataAddress() {
        return memory.getLong(DATA + ADDRESS_IN_VAL);
    }

    /** The pointer that a call stored at {@link #data}. */
    long pointer() {
        return memory.getLong(DATA);
    }

    /** The number that a call stored at {@link #data}. */
    int number() {
        return memory.getInt(DATA);
    }

    long statPageBytes() {
        return memory.getInt(BYTES);
    }

    long statPages() {
        return memory.getLong(STAT_BRANCH_PAGES)
                + memory.getLong(STAT_LEAF_PAGES)
                + memory.getLong(STAT_OVERFLOW_PAGES);
    }

    long statEntries() {
        return memory.getLong(STAT_ENTRIES);
    }

    long infoLastPage() {
        return memory.getLong(INFO_LAST_PAGE);
    }
}
