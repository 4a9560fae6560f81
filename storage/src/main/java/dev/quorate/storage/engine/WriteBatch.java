package dev.quorate.storage.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts and deletes in the order in which they take effect, committed together or not at all.
 *
 * <p>Keys and values are kept by reference: the caller must not change them afterwards. Confined to one thread at a time.
 */
public final class WriteBatch {
    /** Longest key an engine accepts. */
    public static final int MAX_KEY_BYTES = 32_768;

    private static final int INITIAL_OPS = 64;

    private Bucket[] buckets = new Bucket[INITIAL_OPS];
    private byte[][] keys = new byte[INITIAL_OPS][];
    private byte[] @Nullable [] values = new byte[INITIAL_OPS][];
    private int size;
    private long bytes;

    /** Sets {@code key} to {@code value}. */
    public void put(Bucket bucket, byte[] key, byte[] value) {
        add(bucket, key, value);
        bytes += value.length;
    }

    /** Removes {@code key}; nothing happens if it is absent. */
    public void delete(Bucket bucket, byte[] key) {
        add(bucket, key, null);
    }

    /** Appends everything in {@code other} behind what is here. */
    public void addAll(WriteBatch other) {
        ensureCapacity(size + other.size);
        System.arraycopy(other.buckets, 0, buckets, size, other.size);
        System.arraycopy(other.keys, 0, keys, size, other.size);
        System.arraycopy(other.values, 0, values, size, other.size);
        size += other.size;
        bytes += other.bytes;
    }

    /** Empties the batch for another use. */
    public void clear() {
        Arrays.fill(keys, 0, size, null);
        Arrays.fill(values, 0, size, null);
        size = 0;
        bytes = 0;
    }

    /** Number of operations. */
    public int size() {
        return size;
    }

    /** Sum of the lengths of all keys and values, in bytes. */
    public long bytes() {
        return bytes;
    }

    /** The bucket of operation {@code i}. */
    public Bucket bucket(int i) {
        return buckets[i];
    }

    /** The key of operation {@code i}. */
    public byte[] key(int i) {
        return keys[i];
    }

    /** The value of operation {@code i}, or null for a delete. */
    public byte @Nullable [] value(int i) {
        return values[i];
    }

    private void add(Bucket bucket, byte[] key, byte @Nullable [] value) {
        if (key.length == 0 || key.length > MAX_KEY_BYTES) {
            throw new IllegalArgumentException(
                    "key of " + key.length + " bytes in bucket " + bucket.text());
        }
        ensureCapacity(size + 1);
        buckets[size] = bucket;
        keys[size] = key;
        values[size] = value;
        size++;
        bytes += key.length;
    }

    private void ensureCapacity(int wanted) {
        if (wanted > buckets.length) {
            int capacity = Math.max(wanted, buckets.length * 2);
            buckets = Arrays.copyOf(buckets, capacity);
            keys = Arrays.copyOf(keys, capacity);
            values = Arrays.copyOf(values, capacity);
        }
    }
}
