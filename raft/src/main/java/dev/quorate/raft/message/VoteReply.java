package dev.quorate.raft.message;

import dev.quorate.raft.Check;

/**
 * The answer to {@link RequestVote} ({@code MsgVoteResp}). Leaves only when the vote is durable.
 *
 * @param rejected whether the vote was refused
 */
public record VoteReply(long from, long to, long term, boolean rejected) implements Message {
    public VoteReply {
        Check.argument(term >= 0, "term", term, ">= 0");
    }
}
