package dev.quorate.store.mvcc;

import org.jspecify.annotations.Nullable;

/**
 * What a finished compaction did.
 *
 * @param revision the revision that it made the oldest
 * @param records how many records it deleted
 * @param hash of what it kept, or null if it began before the one before it had ended, so that members may differ
 */
public record Compacted(long revision, long records, @Nullable KeyHash hash) {}
