/**
 * Keys with all their revisions: the multi-version store that etcd's v3 API shows.
 *
 * <p>Values live in the database, one record per change, ordered by revision. The index lives in memory and leads from a key to its
 * revisions:
 *
 * <pre>
 *   KeyTree (B+tree, published nodes never change)
 *      "a" ─► version 7/0 ─► 5/1 ─► 2/0          newest first, with jump pointers
 *      "b" ─► tombstone 6/0 ─► 3/0
 *                    │
 *                    └── main 6, sub 0 ──► record in bucket key: KeyValue{key, create, mod, version, value, lease}
 * </pre>
 *
 * <p>The writer changes the tree in place within a batch and publishes it at the end; a reader takes the published root, finds versions in
 * it, and then fetches records. A compaction cuts histories in the index and deletes records later, a few at a time; a reader that it
 * overtakes starts again or is told so.
 *
 * <p>It does not know who may read or write, nor why a lease ends.
 */
@NullMarked
package dev.quorate.store.mvcc;

import org.jspecify.annotations.NullMarked;
