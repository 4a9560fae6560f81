package dev.quorate.storage.bbolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.StringJoiner;

/**
 * The SHA-256 that a saved snapshot ends with: 32 bytes over all before them. A database always has a multiple of 512 bytes, so the length
 * tells whether there is one.
 */
public final class SnapshotTrailer {
    private static final int HASH_BYTES = 32;
    private static final int UNIT_BYTES = 512;
    private static final int BUFFER_BYTES = 1 << 20;

    private SnapshotTrailer() {}

    /** A snapshot whose bytes are not those that were saved; the message is etcdutl's. */
    public static final class MismatchException extends Exception {
        private static final long serialVersionUID = 1;

        MismatchException(String message) {
            super(message);
        }
    }

    /**
     * Compares a file with its trailer.
     *
     * @throws MismatchException if they differ, or the file has none
     * @throws IOException if the file cannot be read
     */
    public static void check(Path path) throws IOException, MismatchException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = file.size();
            if (size % UNIT_BYTES != HASH_BYTES) {
                throw new MismatchException("snapshot missing hash but --skip-hash-check=false");
            }
            byte[] actual = digest(file, size - HASH_BYTES);
            ByteBuffer saved = ByteBuffer.allocate(HASH_BYTES);
            file.read(saved, size - HASH_BYTES);
            if (!Arrays.equals(saved.array(), actual)) {
                throw new MismatchException(
                        "expected sha256 " + shown(saved.array()) + ", got " + shown(actual));
            }
        }
    }

    private static byte[] digest(FileChannel file, long length) throws IOException {
        MessageDigest digest = sha256();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        long at = 0;
        while (at < length) {
            buffer.clear().limit((int) Math.min(BUFFER_BYTES, length - at));
            int read = file.read(buffer, at);
            if (read < 0) {
                throw new IOException("shrank while it was read");
            }
            at += read;
            digest.update(buffer.flip());
        }
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** As Go prints bytes. */
    private static String shown(byte[] hash) {
        StringJoiner shown = new StringJoiner(" ", "[", "]");
        for (byte b : hash) {
            shown.add(Integer.toString(b & 0xff));
        }
        return shown.toString();
    }
}
