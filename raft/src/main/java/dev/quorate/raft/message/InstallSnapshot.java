package dev.quorate.raft.message;

import dev.quorate.raft.Check;
import dev.quorate.raft.Snapshot;

/**
 * The state instead of the compacted log ({@code MsgSnap}). Answered by an {@link AppendReply}.
 *
 * @param snapshot never empty
 */
public record InstallSnapshot(long from, long to, long term, Snapshot snapshot) implements Message {
    public InstallSnapshot {
        Check.argument(term >= 0, "term", term, ">= 0");
        Check.argument(!snapshot.isEmpty(), "snapshot index", snapshot.index(), "> 0");
    }
}
