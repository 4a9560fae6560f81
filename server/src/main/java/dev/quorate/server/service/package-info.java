/**
 * The member's services as other programs call them, free of any transport: requests and answers are messages, streams have back-pressure.
 *
 * <pre>
 *   transport (gRPC, JSON, in process)
 *        │  Rpc.Unary / ServerStream / BidiStream   one table, {@link dev.quorate.server.service.Services#all()}
 *        ▼
 *   gate (who may call) ─► handler ─► node (raft) or store (local reads)
 *        │
 *        ▼
 *   Reply / Outlet: may be called from any thread of the member; the transport hops to its own
 * </pre>
 *
 * <p>What this package does not do: parse frames, know HTTP, or block the calling thread.
 */
@NullMarked
package dev.quorate.server.service;

import org.jspecify.annotations.NullMarked;
