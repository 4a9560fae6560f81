package dev.quorate.client.http2;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** What will be written next: a growing array. Not safe for several threads. */
final class Output {
    private byte[] bytes = new byte[1024];
    private int size;

    int size() {
        return size;
    }

    void octet(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    void int32(int value) {
        room(4);
        bytes[size++] = (byte) (value >>> 24);
        bytes[size++] = (byte) (value >>> 16);
        bytes[size++] = (byte) (value >>> 8);
        bytes[size++] = (byte) value;
    }

    void int24(int value) {
        octet(value >>> 16);
        octet(value >>> 8);
        octet(value);
    }

    void bytes(byte[] from, int offset, int length) {
        room(length);
        System.arraycopy(from, offset, bytes, size, length);
        size += length;
    }

    void latin1(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[size++] = (byte) text.charAt(i);
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** Writes everything and starts anew. */
    void drain(OutputStream to) throws IOException {
        if (size > 0) {
            to.write(bytes, 0, size);
            size = 0;
        }
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
