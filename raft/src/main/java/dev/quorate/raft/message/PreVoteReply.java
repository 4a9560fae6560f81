package dev.quorate.raft.message;

import dev.quorate.raft.Check;

/**
 * The answer to {@link RequestPreVote} ({@code MsgPreVoteResp}).
 *
 * @param term granted: the term that was asked for; refused: the term of the one who refuses
 * @param rejected whether the vote would be refused
 */
public record PreVoteReply(long from, long to, long term, boolean rejected) implements Message {
    public PreVoteReply {
        Check.argument(term >= 0, "term", term, ">= 0");
    }
}
