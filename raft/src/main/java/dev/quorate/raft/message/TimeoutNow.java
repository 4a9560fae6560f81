package dev.quorate.raft.message;

import dev.quorate.raft.Check;

/**
 * The leader tells a member that has its whole log to start an election now
 * ({@code MsgTimeoutNow}).
 */
public record TimeoutNow(long from, long to, long term) implements Message {
    public TimeoutNow {
        Check.argument(term >= 0, "term", term, ">= 0");
    }
}
