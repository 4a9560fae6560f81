package dev.quorate.store.mvcc;

/**
 * The hash of the key-value history, comparable between members that have the same compact revision.
 *
 * @param hash CRC-32C, unsigned 32 bits
 * @param compactRevision the compact revision that the hash belongs to, -1 if nothing was ever compacted
 * @param revision history up to and including this revision is covered
 */
public record KeyHash(long hash, long compactRevision, long revision) {}
