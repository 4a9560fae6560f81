/**
 * The peer protocol of etcd, over HTTP/1.1: how members reach each other.
 *
 * <pre>
 *   {@link dev.quorate.server.Transport}                                              {@link dev.quorate.server.peer.PeerSide}
 *      │ send         one {@link dev.quorate.api.peer.PeerLink} per other member             ▲ receive
 *      ├─► StreamWriter ── body of a GET that the receiver began ──► StreamReader ──┤
 *      ├─► Pipeline ────── POST /raft ────────────────────────────────► PeerHandler ┤
 *      └─► SnapshotSender ─ POST /raft/snapshot ──────────────────────► PeerHandler ┘
 * </pre>
 *
 * <p>Whoever receives dials: each member holds two streams open to each other one and reads them. Everything runs on one event loop, but
 * for the content of snapshots, which guests read and write. What this package does not do: know what messages mean.
 */
@NullMarked
package dev.quorate.api.peer;

import org.jspecify.annotations.NullMarked;
