package dev.quorate.store;

import dev.quorate.store.mvcc.Change;
import java.util.List;

/**
 * What one batch of entries changed, now visible to readers.
 *
 * @param changes in order of revision
 * @param revision the revision after the batch
 */
public record Batch(List<Change> changes, long revision) {}
