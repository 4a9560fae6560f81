package dev.quorate.server.watch;

/** The few protobuf encodings that the hub writes by hand. */
final class Wire {
    static final int EVENT_TYPE = 0x08;
    static final int EVENT_KV = 0x12;
    static final int EVENT_PREV_KV = 0x1A;
    static final int KV_KEY = 0x0A;
    static final int KV_MOD_REVISION = 0x18;
    static final int RESPONSE_HEADER = 0x0A;
    static final int RESPONSE_WATCH_ID = 0x10;
    static final int RESPONSE_FRAGMENT = 0x38;
    static final int RESPONSE_EVENT = 0x5A;
    static final int HEADER_CLUSTER_ID = 0x08;
    static final int HEADER_MEMBER_ID = 0x10;
    static final int HEADER_REVISION = 0x18;
    static final int HEADER_RAFT_TERM = 0x20;

    private Wire() {}

    static int varintSize(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    /** Writes a varint and returns the offset behind it. */
    static int putVarint(byte[] target, int offset, long value) {
        int at = offset;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            target[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
        return at;
    }

    /** The size of a varint field with a one-byte tag; fields with the value 0 are not written. */
    static int fieldSize(long value) {
        return value == 0 ? 0 : 1 + varintSize(value);
    }

    static int putField(byte[] target, int offset, int tag, long value) {
        if (value == 0) {
            return offset;
        }
        target[offset] = (byte) tag;
        return putVarint(target, offset + 1, value);
    }

    /** The size of a length-delimited field with a one-byte tag. */
    static int bytesSize(int length) {
        return 1 + varintSize(length) + length;
    }

    static int putBytes(byte[] target, int offset, int tag, byte[] bytes) {
        int at = putLength(target, offset, tag, bytes.length);
        System.arraycopy(bytes, 0, target, at, bytes.length);
        return at + bytes.length;
    }

    static int putLength(byte[] target, int offset, int tag, int length) {
        target[offset] = (byte) tag;
        return putVarint(target, offset + 1, length);
    }
}
