package dev.quorate.server.token;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * As much of DER (X.690) as turns one form of a key into another.
 *
 * @param tag the first byte
 * @param content what the length covers
 * @param whole tag, length and content
 */
record Der(int tag, byte[] content, byte[] whole) {
    static final int BITS = 0x03;
    static final int OCTETS = 0x04;
    static final int SEQUENCE = 0x30;

    /** Elements with the context's own numbers 0 and 1. */
    static final int CONTEXT_0 = 0xa0;

    static final int CONTEXT_1 = 0xa1;

    private static final int LONG_FORM = 0x80;
    private static final int MAX_LENGTH_BYTES = 3;
    private static final int BYTE_BITS = 8;
    private static final int BYTE_MASK = 0xff;

    /** The elements that stand one after the other. */
    static List<Der> all(byte[] bytes) throws TokenException {
        List<Der> all = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            int start = at;
            int tag = bytes[at++] & BYTE_MASK;
            int length = at < bytes.length ? bytes[at++] & BYTE_MASK : -1;
            if (length >= LONG_FORM) {
                int count = length - LONG_FORM;
                length = count > MAX_LENGTH_BYTES || at + count > bytes.length ? -1 : 0;
                for (int i = 0; i < count && length >= 0; i++) {
                    length = (length << BYTE_BITS) | (bytes[at++] & BYTE_MASK);
                }
            }
            if (length < 0 || length > bytes.length - at) {
                throw new TokenException("invalid key: the encoding is cut off");
            }
            at += length;
            all.add(
                    new Der(
                            tag,
                            Arrays.copyOfRange(bytes, at - length, at),
                            Arrays.copyOfRange(bytes, start, at)));
        }
        return all;
    }

    /** The elements of a sequence that is the first in the bytes. */
    static List<Der> sequence(byte[] bytes) throws TokenException {
        List<Der> outer = all(bytes);
        if (outer.isEmpty() || outer.getFirst().tag != SEQUENCE) {
            throw new TokenException("invalid key: a sequence was expected");
        }
        return all(outer.getFirst().content);
    }

    /** One element around others. */
    static byte[] of(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < LONG_FORM) {
            out.write(length);
        } else {
            out.write(LONG_FORM + MAX_LENGTH_BYTES - 1);
            out.write(length >> BYTE_BITS);
            out.write(length);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
