package dev.quorate.storage.engine;

import static org.lwjgl.util.lmdb.LMDB.nmdb_cursor_close;
import static org.lwjgl.util.lmdb.LMDB.nmdb_cursor_get;
import static org.lwjgl.util.lmdb.LMDB.nmdb_cursor_open;
import static org.lwjgl.util.lmdb.LMDB.nmdb_get;
import static org.lwjgl.util.lmdb.LMDB.nmdb_stat;

import dev.quorate.storage.CorruptionException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A read transaction of LMDB that is renewed again and again, with the scratch memory its calls need. */
final class LmdbReader {
    /** Bytes that the checksum adds to each stored value. */
    static final int CRC_BYTES = 4;

    /** Bytes in front of a long key in its value. */
    static final int LENGTH_BYTES = 4;

    // Operations of a cursor: MDB_cursor_op in lmdb.h.
    private static final int FIRST = 0;
    private static final int LAST = 6;
    private static final int NEXT = 8;
    private static final int PREVIOUS = 12;
    private static final int SET_RANGE = 17;

    final long txn;
    private final int[] databases;
    private final String path;
    private final CRC32C crc = new CRC32C();
    private final LmdbScratch scratch = new LmdbScratch(LmdbKey.STORED_BYTES);

    /** Adopts the open transaction {@code txn}. */
    LmdbReader(long txn, int[] databases, String path) {
        this.txn = txn;
        this.databases = databases;
        this.path = path;
    }

    byte @Nullable [] get(Bucket bucket, byte[] key) {
        scratch.setKey(LmdbKey.stored(key));
        int code = nmdb_get(txn, databases[bucket.slot], scratch.key(), scratch.data());
        if (code == LmdbMemory.NOT_FOUND) {
            return null;
        }
        checkRead(code, bucket);
        if (LmdbKey.isLong(key) && !Arrays.equals(longKey(bucket), key)) {
            throw damaged(bucket, key);
        }
        return value(bucket, key);
    }

    void scan(Bucket bucket, byte[] from, byte @Nullable [] to, ReadView.Visitor visitor) {
        long cursor = openCursor(bucket);
        try {
            int code = seek(cursor, LmdbKey.scanStart(from));
            while (code == LmdbMemory.SUCCESS) {
                if (scratch.keySize() > LmdbKey.PREFIX_BYTES) {
                    List<ReadView.Entry> group = new ArrayList<>();
                    code = readGroup(cursor, bucket, NEXT, group);
                    if (!visitGroup(group, from, to, visitor)) {
                        return;
                    }
                } else {
                    byte[] key = LmdbMemory.copyOut(scratch.keyAddress(), scratch.keySize());
                    if (to != null && Arrays.compareUnsigned(key, to) >= 0) {
                        return;
                    }
                    boolean wanted =
                            !LmdbKey.isLong(from) || Arrays.compareUnsigned(key, from) >= 0;
                    if (wanted && !visitor.visit(key, value(bucket, key))) {
                        return;
                    }
                    code = nmdb_cursor_get(cursor, scratch.key(), scratch.data(), NEXT);
                }
            }
            checkReadOrEnd(code, bucket);
        } finally {
            nmdb_cursor_close(cursor);
        }
    }

    ReadView.@Nullable Entry last(Bucket bucket) {
        long cursor = openCursor(bucket);
        try {
            int code = nmdb_cursor_get(cursor, scratch.key(), scratch.data(), LAST);
            if (code == LmdbMemory.NOT_FOUND) {
                return null;
            }
            checkRead(code, bucket);
            if (scratch.keySize() > LmdbKey.PREFIX_BYTES) {
                List<ReadView.Entry> group = new ArrayList<>();
                checkReadOrEnd(readGroup(cursor, bucket, PREVIOUS, group), bucket);
                return group.getLast();
            }
            byte[] key = LmdbMemory.copyOut(scratch.keyAddress(), scratch.keySize());
            return new ReadView.Entry(key, value(bucket, key));
        } finally {
            nmdb_cursor_close(cursor);
        }
    }

    long count(Bucket bucket) {
        checkRead(nmdb_stat(txn, databases[bucket.slot], scratch.bytes()), bucket);
        return scratch.statEntries();
    }

    private int seek(long cursor, byte[] from) {
        if (from.length == 0) {
            return nmdb_cursor_get(cursor, scratch.key(), scratch.data(), FIRST);
        }
        scratch.setKey(from);
        return nmdb_cursor_get(cursor, scratch.key(), scratch.data(), SET_RANGE);
    }

    /** Collects the long keys around the cursor that share a prefix, in order; returns the code of the step that left them. */
    private int readGroup(long cursor, Bucket bucket, int step, List<ReadView.Entry> group) {
        long prefix = scratch.keyAddress();
        int code = LmdbMemory.SUCCESS;
        while (code == LmdbMemory.SUCCESS
                && scratch.keySize() > LmdbKey.PREFIX_BYTES
                && LmdbMemory.sameBytes(prefix, scratch.keyAddress(), LmdbKey.PREFIX_BYTES)) {
            byte[] key = longKey(bucket);
            group.add(new ReadView.Entry(key, value(bucket, key)));
            code = nmdb_cursor_get(cursor, scratch.key(), scratch.data(), step);
        }
        group.sort((a, b) -> Arrays.compareUnsigned(a.key(), b.key()));
        return code;
    }

    /** Returns whether the scan goes on. */
    private static boolean visitGroup(
            List<ReadView.Entry> group,
            byte[] from,
            byte @Nullable [] to,
            ReadView.Visitor visitor) {
        for (ReadView.Entry e : group) {
            if (to != null && Arrays.compareUnsigned(e.key(), to) >= 0) {
                return false;
            }
            if (Arrays.compareUnsigned(e.key(), from) >= 0 && !visitor.visit(e.key(), e.value())) {
                return false;
            }
        }
        return true;
    }

    private long openCursor(Bucket bucket) {
        checkRead(nmdb_cursor_open(txn, databases[bucket.slot], scratch.data()), bucket);
        return scratch.pointer();
    }

    /** The key kept in the current value. */
    private byte[] longKey(Bucket bucket) {
        long size = scratch.dataSize();
        long data = scratch.dataAddress();
        long length = size < LENGTH_BYTES ? -1 : LmdbMemory.getInt(data);
        if (length <= LmdbKey.PREFIX_BYTES || length > size - LENGTH_BYTES - CRC_BYTES) {
            byte[] stored = LmdbMemory.copyOut(scratch.keyAddress(), scratch.keySize());
            throw damaged(bucket, stored);
        }
        return LmdbMemory.copyOut(data + LENGTH_BYTES, length);
    }

    /** The current value, without what we added, after checking it. */
    private byte[] value(Bucket bucket, byte[] key) {
        long head = LmdbKey.isLong(key) ? LENGTH_BYTES + (long) key.length : 0;
        long length = scratch.dataSize() - head - CRC_BYTES;
        if (length < 0) {
            throw damaged(bucket, key);
        }
        long data = scratch.dataAddress() + head;
        byte[] value = LmdbMemory.copyOut(data, length);
        if (LmdbMemory.getInt(data + length) != checksum(crc, key, value)) {
            throw damaged(bucket, key);
        }
        return value;
    }

    static int checksum(CRC32C crc, byte[] key, byte[] value) {
        crc.reset();
        crc.update(key, 0, key.length);
        crc.update(value, 0, value.length);
        return (int) crc.getValue();
    }

    private CorruptionException damaged(Bucket bucket, byte[] key) {
        return new CorruptionException(
                "%s: checksum mismatch in bucket %s at key %s; replace this member's data from a healthy member or a snapshot"
                        .formatted(path, bucket.text(), HexFormat.of().formatHex(key)));
    }

    private void checkReadOrEnd(int code, Bucket bucket) {
        if (code != LmdbMemory.NOT_FOUND) {
            checkRead(code, bucket);
        }
    }

    private void checkRead(int code, Bucket bucket) {
        if (code != LmdbMemory.SUCCESS) {
            throw new CorruptionException(
                    "%s: cannot read bucket %s: %s; replace this member's data from a healthy member or a snapshot"
                            .formatted(path, bucket.text(), LmdbMemory.text(code)));
        }
    }
}
