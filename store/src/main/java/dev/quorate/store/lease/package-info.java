/**
 * Leases and the keys that fall with them.
 *
 * <p>What is granted, revoked and attached comes through the log and is the same everywhere; the clocks run only where the leader is. A
 * lease that runs out is not removed here: the leader proposes its revocation, and the entry removes it on every member.
 *
 * <pre>
 *   bucket lease    id as 8 bytes big-endian → Lease{ID, TTL, RemainingTTL}
 * </pre>
 *
 * <p>It does not delete keys; the state machine does, in one revision with the revocation.
 */
@NullMarked
package dev.quorate.store.lease;

import org.jspecify.annotations.NullMarked;
