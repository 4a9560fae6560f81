package dev.quorate.store.mvcc;

/**
 * One changed key at one revision: what a watch event is made of.
 *
 * @param main the revision of the transaction
 * @param sub the position within the transaction, from 0
 * @param tombstone true when the key was deleted
 * @param created true when the key did not exist before (never true for a tombstone)
 * @param key the key; not to be modified
 * @param record the stored {@code mvccpb.KeyValue} bytes (for a tombstone only the key is in it); not to be modified
 */
public record Change(
        long main, int sub, boolean tombstone, boolean created, byte[] key, byte[] record) {}
