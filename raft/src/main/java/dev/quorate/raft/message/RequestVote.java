package dev.quorate.raft.message;

import dev.quorate.raft.Check;

/**
 * A candidate asks for a vote ({@code MsgVote}). Leaves only when the candidate's own vote is
 * durable.
 *
 * @param lastIndex the last index of the candidate's log
 * @param lastTerm the term there
 * @param transfer whether the leader asked for this election, so that its lease does not count; on
 *     the wire the context {@code CampaignTransfer}
 */
public record RequestVote(
        long from, long to, long term, long lastIndex, long lastTerm, boolean transfer)
        implements Message {
    public RequestVote {
        Check.argument(term >= 0, "term", term, ">= 0");
        Check.argument(lastIndex >= 0, "lastIndex", lastIndex, ">= 0");
        Check.argument(lastTerm >= 0, "lastTerm", lastTerm, ">= 0");
    }
}
