package dev.quorate.storage.engine;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The form in which a key is given to LMDB, which guarantees no more than 511 bytes.
 *
 * <pre>
 *   up to 448 bytes   | key |                              value: | value | crc |
 *   longer            | first 448 bytes | SHA-256 of key |  value: | key length u32 LE | key | value | crc |
 * </pre>
 *
 * <p>Only names of users and roles can be that long. Long keys that share their first 448 bytes are neighbours in LMDB, in the order of
 * their hashes; whoever scans puts such a group in order.
 */
final class LmdbKey {
    static final int PREFIX_BYTES = 448;
    private static final int HASH_BYTES = 32;

    /** Longest stored form; also the length of every long key's stored form. */
    static final int STORED_BYTES = PREFIX_BYTES + HASH_BYTES;

    private LmdbKey() {}

    static boolean isLong(byte[] key) {
        return key.length > PREFIX_BYTES;
    }

    static byte[] stored(byte[] key) {
        if (!isLong(key)) {
            return key;
        }
        byte[] stored = Arrays.copyOf(key, STORED_BYTES);
        System.arraycopy(sha256(key), 0, stored, PREFIX_BYTES, HASH_BYTES);
        return stored;
    }

    /** Where a scan from {@code key} has to start: nothing that belongs into it is stored before. */
    static byte[] scanStart(byte[] key) {
        return isLong(key) ? Arrays.copyOf(key, PREFIX_BYTES) : key;
    }

    /** Not below the stored form of {@code key} or of any smaller key. */
    static byte[] ceiling(byte[] key) {
        if (!isLong(key)) {
            return key;
        }
        byte[] ceiling = Arrays.copyOf(key, STORED_BYTES);
        Arrays.fill(ceiling, PREFIX_BYTES, STORED_BYTES, (byte) 0xff);
        return ceiling;
    }

    private static byte[] sha256(byte[] key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
