package dev.quorate.storage.wal;

import java.util.zip.CRC32C;

/**
 * A CRC-32C that can go on from any earlier value.
 *
 * <p>The JDK's class is fast but always starts from nothing. The whole state of a CRC is its 32
 * bits, and any value is reached by exactly one sequence of four bytes; so those four bytes are fed
 * first.
 */
public final class Crc32c {

    /** The Castagnoli polynomial, bits reversed. */
    private static final int POLYNOMIAL = 0x82F63B78;

    private static final int[] TABLE = new int[256];

    /** For each top byte, the index of the only table entry that has it. */
    private static final int[] INDEX_OF_TOP = new int[256];

    static {
        for (int i = 0; i < 256; i++) {
            int value = i;
            for (int bit = 0; bit < 8; bit++) {
                value = (value & 1) == 0 ? value >>> 1 : (value >>> 1) ^ POLYNOMIAL;
            }
            TABLE[i] = value;
            INDEX_OF_TOP[value >>> 24] = i;
        }
    }

    private final CRC32C crc = new CRC32C();

    private Crc32c() {}

    /** A checksum that continues behind data whose checksum is {@code value}; 0 for none. */
    public static Crc32c continuing(int value) {
        Crc32c result = new Crc32c();
        if (value != 0) {
            result.crc.update(preimage(value), 0, Integer.BYTES);
        }
        return result;
    }

    /** The checksum of these bytes alone. */
    public static int of(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /** The four bytes whose CRC-32C is {@code value}: the table steps backwards, then forwards. */
    private static byte[] preimage(int value) {
        int[] steps = new int[Integer.BYTES];
        int state = ~value;
        for (int i = Integer.BYTES - 1; i >= 0; i--) {
            steps[i] = INDEX_OF_TOP[state >>> 24];
            state = (state ^ TABLE[steps[i]]) << 8;
        }
        byte[] bytes = new byte[Integer.BYTES];
        state = ~0;
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[i] = (byte) (state ^ steps[i]);
            state = (state >>> 8) ^ TABLE[steps[i]];
        }
        return bytes;
    }

    /** Continues with these bytes. */
    public void update(byte[] bytes, int offset, int length) {
        crc.update(bytes, offset, length);
    }

    /** The checksum of everything so far. */
    public int value() {
        return (int) crc.getValue();
    }
}
