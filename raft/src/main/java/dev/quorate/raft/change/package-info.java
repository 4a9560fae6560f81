/**
 * Membership and its changes, as pure functions on sets of ids.
 *
 * <pre>
 *              one voter more or less
 *   plain ───────────────────────────────► plain
 *     │            any change                ▲
 *     └──────────► joint {incoming, outgoing}┘ leave
 * </pre>
 *
 * <p>A change takes effect when its entry is applied, not when it is appended. Nothing here decides
 * whether a change may be proposed; that needs the log and is the leader's business.
 */
@NullMarked
package dev.quorate.raft.change;

import org.jspecify.annotations.NullMarked;
