package dev.quorate.raft.message;

import dev.quorate.raft.Check;

/**
 * Asks whether the receiver would vote for the sender in the given, next term ({@code MsgPreVote}).
 * Nobody's term or vote changes.
 *
 * @param term the term of the election to come, one above the sender's
 * @param lastIndex the last index of the sender's log
 * @param lastTerm the term there
 */
public record RequestPreVote(long from, long to, long term, long lastIndex, long lastTerm)
        implements Message {
    public RequestPreVote {
        Check.argument(term >= 0, "term", term, ">= 0");
        Check.argument(lastIndex >= 0, "lastIndex", lastIndex, ">= 0");
        Check.argument(lastTerm >= 0, "lastTerm", lastTerm, ">= 0");
    }
}
