/**
 * Keeps a member's database: ordered buckets of records behind the port {@link dev.quorate.storage.engine.Engine}.
 *
 * <p>The raft log is what makes a write durable; the engine follows behind it in large batches. Each batch holds whole applied entries
 * together with the index of the last of them, in one transaction, so after a crash the member replays its log from exactly that index.
 * {@link dev.quorate.storage.engine.Backend} gathers the batches:
 *
 * <pre>
 *   apply (owner)            committer                     readers, any thread
 *   put put put seal ──►  sealed ──► Engine.commit        pending records, then
 *        │                              │                  the engine's snapshot
 *        └── pending records ◄── trimmed┘ after the commit ▲
 *                   └──────────────────────────────────────┘
 * </pre>
 *
 * <p>Two engines pass the same tests: {@link dev.quorate.storage.engine.LmdbEngine} keeps LMDB files,
 * {@link dev.quorate.storage.engine.MemEngine} keeps persistent trees in memory and can be cloned at any commit, which is how the
 * simulator crashes a member.
 *
 * <p>It knows nothing of revisions beyond the form of their keys, nothing of raft, and it does not write snapshot files: see
 * {@link dev.quorate.storage.bbolt}.
 */
@NullMarked
package dev.quorate.storage.engine;

import org.jspecify.annotations.NullMarked;
