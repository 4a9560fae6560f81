/**
 * What members say to each other, one record per kind.
 *
 * <pre>
 *   election     RequestPreVote ─► PreVoteReply      RequestVote ─► VoteReply      TimeoutNow
 *   log          AppendEntries ─► AppendReply        InstallSnapshot ─► AppendReply
 *   lease        Heartbeat ─► HeartbeatReply
 *   for clients  Propose      ReadIndex ─► ReadIndexReply      TransferLeader
 * </pre>
 *
 * <p>The constructors refuse what no correct sender produces (negative terms and indexes, gaps
 * between entries, empty snapshots), so that decoding garbage fails before the core sees it.
 *
 * <p>Not here: the encoding (the driver maps to protobuf), and etcd's local messages (ticks,
 * reports of the transport, storage acknowledgements), which are methods of
 * {@link dev.quorate.raft.Raft}.
 */
@NullMarked
package dev.quorate.raft.message;

import org.jspecify.annotations.NullMarked;
