package dev.quorate.storage.engine;

import dev.quorate.storage.CorruptionException;
import org.jspecify.annotations.Nullable;

/**
 * One consistent state of an {@link Engine}. Used by one thread at a time; arrays handed out belong to the receiver.
 *
 * <p>Every read throws {@link CorruptionException} if a record's checksum does not match.
 */
public interface ReadView extends AutoCloseable {
    /** Receives records in ascending key order. */
    @FunctionalInterface
    interface Visitor {
        /** Takes one record and says whether to go on. */
        boolean visit(byte[] key, byte[] value);
    }

    /** A record; compares by identity of its arrays, so do not put it into a set. */
    @SuppressWarnings("ArrayRecordComponent")
    record Entry(byte[] key, byte[] value) {}

    /** The value of {@code key}, or null if there is none. */
    byte @Nullable [] get(Bucket bucket, byte[] key);

    /** Visits the records with {@code from <= key < to} (to the end if {@code to} is null) until the visitor has enough. */
    void scan(Bucket bucket, byte[] fromInclusive, byte @Nullable [] toExclusive, Visitor visitor);

    /** The record with the greatest key, or null if the bucket is empty. */
    @Nullable Entry last(Bucket bucket);

    /** Number of records in the bucket. */
    long count(Bucket bucket);

    /** Visits the whole bucket. */
    default void scanAll(Bucket bucket, Visitor visitor) {
        scan(bucket, new byte[0], null, visitor);
    }

    @Override
    void close();
}
