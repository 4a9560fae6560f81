package dev.quorate.store.mvcc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a watcher needs of the store. Thread-safe; never waits for the apply thread. */
public interface History {
    /** The newest revision visible to readers. */
    long currentRevision();

    /** The newest compacted revision, -1 if there never was one. */
    long compactRevision();

    /**
     * The changes of whole revisions from {@code fromRevision} on, in order, to keys in the range.
     *
     * @param key first key of the range; with {@code rangeEnd} empty the only key; {@code rangeEnd} of one zero byte: every key from {@code key} on
     * @param revisionsMax stop after this many matching revisions; a revision is never split
     * @return the changes and the last revision up to which the answer is complete; an answer that starts below the compacted revision is
     *     {@code compacted}
     */
    Slice read(byte[] key, byte[] rangeEnd, long fromRevision, int revisionsMax);

    /** The {@code mvccpb.KeyValue} bytes of a key as of {@code revision}; null when it did not exist then or is compacted. */
    byte @Nullable [] previous(byte[] key, long revision);

    /**
     * A run of changes in the order of revisions.
     *
     * @param completeTo every matching change up to and including this revision is in {@code changes} or was before it
     */
    record Slice(List<Change> changes, long completeTo, boolean compacted) {}
}
