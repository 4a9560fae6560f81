/**
 * Tells clients what changed: the watch hub and the Watch service in front of it.
 *
 * <pre>
 *   apply thread                 thread "watch", sole owner of everything below the ring
 *   ────────────                 ──────────────────────────────────────────────────────────
 *   publish(changes, revision)
 *        │  bounded ring; on overflow only the revision is remembered
 *        ▼
 *   ┌─ hub: processed = 41 ────┐      an event is encoded once per group of equal ranges,
 *   │ exact keys  → groups     │      its bytes are shared by all members
 *   │ ranges      → groups     │
 *   └──────┬───────────────────┘
 *          ▼
 *   watcher SYNCED ──outlet full, budget used──► PARKED (a cursor: next = 37, no memory)
 *      ▲                                            │ outlet writable again
 *      └──── cursor reached the hub ──── CATCHING_UP ◄┘  reads {@link dev.quorate.store.mvcc.History} in bounded steps
 * </pre>
 *
 * <p>The hub itself is a cursor too: when the ring overflowed, or the store jumped to a snapshot, it reads the missing revisions
 * from history and goes on. A response on the wire is put together from three parts without building a message:
 *
 * <pre>
 *   0A len header | 10 watch_id | 38 01 if fragment | 5A len Event | 5A len Event | ...
 *     per revision    per watcher                     └── shared by all watchers ──┘
 * </pre>
 *
 * <p>Promises, per watch: no gap, no duplicate, in order of revision, and a revision is never split across responses unless the
 * client asked for fragments. What this package does not do: check tokens (it asks a {@link dev.quorate.server.watch.WatchGate}), keep
 * history, or wait for anybody.
 */
@NullMarked
package dev.quorate.server.watch;

import org.jspecify.annotations.NullMarked;
