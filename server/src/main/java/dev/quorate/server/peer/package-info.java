/**
 * What members say to each other, without the sockets: the forms of raft messages and of the small questions beside them, and the two
 * sides of the port between a member and whatever carries them.
 *
 * <pre>
 *   node ──► {@link dev.quorate.server.Transport} ~~~ network ~~~ ──► {@link dev.quorate.server.peer.PeerSide} ──► node
 * </pre>
 *
 * <p>What this package does not do: open sockets, or know what the messages mean.
 */
@NullMarked
package dev.quorate.server.peer;

import org.jspecify.annotations.NullMarked;
