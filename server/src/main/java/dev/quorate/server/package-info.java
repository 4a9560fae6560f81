/**
 * Drives one member: joins raft, the files, the state machine and the services, and knows what the member does by the clock.
 *
 * <pre>
 *   config ──► boot ──► opened files, replayed log
 *                          │
 *                     EtcdServer ──► node (raft · wal · apply · commit)
 *                          │     ──► watch hub
 *                          │     ──► housekeeping: leases, deadlines, compaction
 *                          └─────► service table: what a transport sees
 * </pre>
 *
 * <p>{@link dev.quorate.server.EtcdServer} is the wiring; {@link dev.quorate.server.Transport} is the port to other members. The seam to
 * clients is {@link dev.quorate.server.service}.
 *
 * <p>What this package does not do: open sockets, read flags, or choose clock and randomness; a program hands them in.
 */
@NullMarked
package dev.quorate.server;

import org.jspecify.annotations.NullMarked;
