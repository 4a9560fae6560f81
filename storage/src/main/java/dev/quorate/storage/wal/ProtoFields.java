package dev.quorate.storage.wal;

/**
 * Reads the few flat messages of the log without objects in between, and more strictly than a
 * general parser would: in these messages an unknown field is a sign of damage, because the type of
 * a record is not covered by its checksum.
 */
final class ProtoFields {

    static final int WIRE_VARINT = 0;
    static final int WIRE_BYTES = 2;

    private final byte[] bytes;
    private final int end;
    private int at;

    /** Set by {@link #next}: the field, its wire type, and its value or its place. */
    int field;

    int wireType;
    long value;
    int valueOffset;
    int valueLength;

    ProtoFields(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.at = offset;
        this.end = offset + length;
    }

    /** Goes to the next field; false at the end. */
    boolean next() throws MalformedException {
        if (at == end) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
        switch (wireType) {
            case WIRE_VARINT -> value = varint();
            case WIRE_BYTES -> {
                long length = varint();
                if (length < 0 || length > end - at) {
                    throw new MalformedException("a field is longer than its record");
                }
                valueOffset = at;
                valueLength = (int) length;
                at += valueLength;
            }
            default -> throw new MalformedException("wire type " + wireType);
        }
        return true;
    }

    /** Where the field behind this one starts. */
    int position() {
        return at;
    }

    private long varint() throws MalformedException {
        long result = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (at == end) {
                throw new MalformedException("a number is cut off");
            }
            byte next = bytes[at++];
            result |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return result;
            }
        }
        throw new MalformedException("a number has more than 10 bytes");
    }

    WalEntry entry() throws MalformedException {
        int type = 0;
        long term = 0;
        long index = 0;
        byte[] data = NO_DATA;
        while (next()) {
            switch (field << 3 | wireType) {
                case 1 << 3 | WIRE_VARINT -> type = entryType();
                case 2 << 3 | WIRE_VARINT -> term = value;
                case 3 << 3 | WIRE_VARINT -> index = value;
                case 4 << 3 | WIRE_BYTES -> data = copy();
                default -> throw new MalformedException("an entry has field " + field);
            }
        }
        return new WalEntry(type, term, index, data);
    }

    WalHardState hardState() throws MalformedException {
        long term = 0;
        long vote = 0;
        long commit = 0;
        while (next()) {
            switch (field << 3 | wireType) {
                case 1 << 3 | WIRE_VARINT -> term = value;
                case 2 << 3 | WIRE_VARINT -> vote = value;
                case 3 << 3 | WIRE_VARINT -> commit = value;
                default -> throw new MalformedException("a state has field " + field);
            }
        }
        return new WalHardState(term, vote, commit);
    }

    private int entryType() throws MalformedException {
        if (value < 0 || value > WalEntry.TYPE_MAX) {
            throw new MalformedException("an entry has type " + value);
        }
        return (int) value;
    }

    private byte[] copy() {
        byte[] copy = new byte[valueLength];
        System.arraycopy(bytes, valueOffset, copy, 0, valueLength);
        return copy;
    }

    private static final byte[] NO_DATA = new byte[0];

    /** The bytes are not the message they should be. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }
}
