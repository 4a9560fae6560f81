/**
 * Locks and elections as services: {@code v3lockpb.Lock} and {@code v3electionpb.Election}, for clients that have no such recipe of
 * their own.
 *
 * <p>Both are recipes over plain keys. Every contender puts one key with its lease, and the oldest key under the name wins:
 *
 * <pre>
 *   name/694d9a1 (create revision 7)   holds the lock, leads
 *   name/694d9b4 (create revision 9)   waits until no key under name/ is older than 9
 *   name/694d9c0 (create revision 12)  waits until no key under name/ is older than 12
 *
 *   contender ── txn: put own key unless it exists ──► oldest? ── yes ──► answer
 *                                                        │ no
 *                     ┌── youngest of the older keys ◄───┘
 *                     ▼
 *                  watch it in the hub; deleted ──► look again
 * </pre>
 *
 * <p>As in etcd, a lease that the service grants lasts 60 s and is not kept alive while the caller waits or holds, refusals by the
 * key-value operations underneath come with the code Unknown and their exact text, and a caller that goes away while it waits takes its
 * key with it. What this package does not do: hold state (a member that restarts finds everything in the keys) or block a thread.
 */
@NullMarked
package dev.quorate.server.concurrency;

import org.jspecify.annotations.NullMarked;
