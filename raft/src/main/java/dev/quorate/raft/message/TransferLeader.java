package dev.quorate.raft.message;

import dev.quorate.raft.Check;

/**
 * Asks the leader to hand over ({@code MsgTransferLeader}); followers forward it.
 *
 * @param from the member that shall lead, whoever asked
 */
public record TransferLeader(long from, long to, long term) implements Message {
    public TransferLeader {
        Check.argument(term >= 0, "term", term, ">= 0");
    }
}
