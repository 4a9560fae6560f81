package dev.quorate.raft.message;

/**
 * What members tell each other. Every kind maps to one type of etcd's {@code raftpb.Message} and
 * back without loss.
 *
 * <p>A message is lost, repeated, delayed and reordered at will; nothing relies on the network
 * beyond the bytes being right. Ids are unsigned, 0 is nobody. A term of 0 marks the kinds that are
 * not bound to a term: {@link Propose} and {@link ReadIndex}.
 */
public sealed interface Message
        permits AppendEntries,
                AppendReply,
                Heartbeat,
                HeartbeatReply,
                RequestVote,
                VoteReply,
                RequestPreVote,
                PreVoteReply,
                InstallSnapshot,
                Propose,
                TransferLeader,
                TimeoutNow,
                ReadIndex,
                ReadIndexReply {
    /** The sender. */
    long from();

    /** The receiver. */
    long to();

    /** The sender's term, or 0 for kinds that are not bound to one. */
    long term();
}
