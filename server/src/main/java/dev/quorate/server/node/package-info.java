/**
 * The loop that drives consensus: persist, send, apply.
 *
 * <pre>
 *   proposals, messages, ticks            durable                      committed
 *        │                                   ▲                            │
 *        ▼            entries, hard state    │                            ▼
 *    raft loop ───────────────────────► WAL writer               apply loop ──► replies, watch events
 *        │  ▲                                │                        │
 *        │  └────────── persisted ───────────┘                        │ sealed batches
 *        └── messages that need no disk ──► transport             committer ──► engine
 * </pre>
 *
 * <p>One {@link dev.quorate.server.loop.Worker} each; see docs/threads.md. What this package does not do: know what a request means.
 */
@NullMarked
package dev.quorate.server.node;

import org.jspecify.annotations.NullMarked;
