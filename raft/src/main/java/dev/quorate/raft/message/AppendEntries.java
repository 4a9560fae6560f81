package dev.quorate.raft.message;

import dev.quorate.raft.Check;
import dev.quorate.raft.Entry;
import java.util.List;

/**
 * The leader's log from one position on ({@code MsgApp}). Accepted only if the receiver's log
 * agrees at the position before; empty to probe, or to tell of a new commit index.
 *
 * @param prevIndex the position before the entries
 * @param prevTerm the term there
 * @param entries consecutive from {@code prevIndex + 1}
 * @param commit the leader's commit index
 */
public record AppendEntries(
        long from,
        long to,
        long term,
        long prevIndex,
        long prevTerm,
        List<Entry> entries,
        long commit)
        implements Message {
    public AppendEntries {
        Check.argument(term >= 0, "term", term, ">= 0");
        Check.argument(prevIndex >= 0, "prevIndex", prevIndex, ">= 0");
        Check.argument(prevTerm >= 0, "prevTerm", prevTerm, ">= 0");
        Check.argument(commit >= 0, "commit", commit, ">= 0");
        for (int i = 0; i < entries.size(); i++) {
            long index = entries.get(i).index();
            Check.argument(index == prevIndex + 1 + i, "entry index", index, "consecutive");
        }
    }

    /** The index of the last entry, or the previous index when there is none. */
    public long lastIndex() {
        return prevIndex + entries.size();
    }
}
