package dev.quorate.store.mvcc;

import com.google.protobuf.ByteString;
import dev.quorate.storage.CorruptionException;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads stored {@code mvccpb.KeyValue} records without message objects.
 *
 * <p>The form is the canonical one (fields ascending, zeros left out, shortest varints), because the state hash covers these bytes.
 */
final class Records {
    private static final int KEY_TAG = 0x0a;
    private static final int CREATE_TAG = 0x10;
    private static final int MOD_TAG = 0x18;
    private static final int VERSION_TAG = 0x20;
    private static final int VALUE_TAG = 0x2a;
    private static final int LEASE_TAG = 0x30;
    private static final int VARINT_BITS = 7;
    private static final int VARINT_MASK = 0x7f;
    private static final int VARINT_MORE = 0x80;

    private Records() {}

    /** A record being read: the position of each field. One instance is reused for many records. */
    static final class Reader {
        private byte[] record = new byte[0];
        private int at;
        int keyAt;
        int keyLength;
        int valueAt;
        int valueLength;
        long createRevision;
        long modRevision;
        long version;
        long lease;

        /** Takes a record apart. */
        Reader read(byte[] bytes) {
            record = bytes;
            at = 0;
            keyAt = 0;
            keyLength = 0;
            valueAt = 0;
            valueLength = 0;
            createRevision = 0;
            modRevision = 0;
            version = 0;
            lease = 0;
            while (at < bytes.length) {
                field();
            }
            return this;
        }

        byte[] key() {
            return slice(keyAt, keyLength);
        }

        ByteString value() {
            return ByteString.copyFrom(record, valueAt, valueLength);
        }

        byte[] valueBytes() {
            return slice(valueAt, valueLength);
        }

        private void field() {
            int tag = (int) varint();
            switch (tag) {
                case KEY_TAG -> {
                    keyLength = length();
                    keyAt = at - keyLength;
                }
                case CREATE_TAG -> createRevision = varint();
                case MOD_TAG -> modRevision = varint();
                case VERSION_TAG -> version = varint();
                case VALUE_TAG -> {
                    valueLength = length();
                    valueAt = at - valueLength;
                }
                case LEASE_TAG -> lease = varint();
                default -> throw corrupt("unexpected field tag " + tag);
            }
        }

        private int length() {
            long length = varint();
            if (length < 0 || length > record.length - at) {
                throw corrupt("field of " + length + " bytes");
            }
            at += (int) length;
            return (int) length;
        }

        private long varint() {
            long result = 0;
            for (int shift = 0; shift < Long.SIZE; shift += VARINT_BITS) {
                if (at >= record.length) {
                    throw corrupt("cut off");
                }
                byte b = record[at++];
                result |= (long) (b & VARINT_MASK) << shift;
                if (b >= 0) {
                    return result;
                }
            }
            throw corrupt("number too long");
        }

        private byte[] slice(int from, int length) {
            byte[] copy = new byte[length];
            System.arraycopy(record, from, copy, 0, length);
            return copy;
        }

        private CorruptionException corrupt(String what) {
            return new CorruptionException(
                    "stored key-value record of "
                            + record.length
                            + " bytes is damaged at byte "
                            + at
                            + ": "
                            + what);
        }
    }

    /** The record of a put. */
    static byte[] put(
            byte[] key,
            long createRevision,
            long modRevision,
            long version,
            @Nullable ByteString value,
            long lease) {
        int valueLength = value == null ? 0 : value.size();
        int size = bytesSize(key.length);
        size += numberSize(createRevision) + numberSize(modRevision) + numberSize(version);
        size += bytesSize(valueLength) + numberSize(lease);
        byte[] record = new byte[size];
        int at = bytes(record, 0, KEY_TAG, key);
        at = number(record, at, CREATE_TAG, createRevision);
        at = number(record, at, MOD_TAG, modRevision);
        at = number(record, at, VERSION_TAG, version);
        if (value != null && valueLength > 0) {
            record[at++] = VALUE_TAG;
            at = varint(record, at, valueLength);
            value.copyTo(record, at);
            at += valueLength;
        }
        number(record, at, LEASE_TAG, lease);
        return record;
    }

    /** The record of a delete. */
    static byte[] tombstone(byte[] key) {
        byte[] record = new byte[bytesSize(key.length)];
        bytes(record, 0, KEY_TAG, key);
        return record;
    }

    private static int numberSize(long value) {
        return value == 0 ? 0 : 1 + varintSize(value);
    }

    private static int bytesSize(int length) {
        return length == 0 ? 0 : 1 + varintSize(length) + length;
    }

    private static int bytes(byte[] to, int at, int tag, byte[] value) {
        if (value.length == 0) {
            return at;
        }
        to[at] = (byte) tag;
        int next = varint(to, at + 1, value.length);
        System.arraycopy(value, 0, to, next, value.length);
        return next + value.length;
    }

    private static int number(byte[] to, int at, int tag, long value) {
        if (value == 0) {
            return at;
        }
        to[at] = (byte) tag;
        return varint(to, at + 1, value);
    }

    private static int varint(byte[] to, int at, long value) {
        int next = at;
        long rest = value;
        while ((rest & ~VARINT_MASK) != 0) {
            to[next++] = (byte) ((rest & VARINT_MASK) | VARINT_MORE);
            rest >>>= VARINT_BITS;
        }
        to[next++] = (byte) rest;
        return next;
    }

    private static int varintSize(long value) {
        return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + VARINT_BITS - 1) / VARINT_BITS;
    }
}
