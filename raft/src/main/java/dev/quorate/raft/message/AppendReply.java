package dev.quorate.raft.message;

import dev.quorate.raft.Check;

/**
 * The answer to {@link AppendEntries} and {@link InstallSnapshot} ({@code MsgAppResp}). Leaves only
 * when everything up to its index is durable. With a higher term and zeros it tells a stale leader
 * to step down.
 *
 * @param index accepted: the logs agree up to here; rejected: the previous index of the refused
 *     message
 * @param rejected whether the log did not agree there
 * @param rejectHint rejected: the highest index where the logs may agree
 * @param hintTerm rejected: the term at the hint; 0 when unknown, and from etcd 3.4
 */
public record AppendReply(
        long from, long to, long term, long index, boolean rejected, long rejectHint, long hintTerm)
        implements Message {
    public AppendReply {
        Check.argument(term >= 0, "term", term, ">= 0");
        Check.argument(index >= 0, "index", index, ">= 0");
        Check.argument(rejectHint >= 0, "rejectHint", rejectHint, ">= 0");
        Check.argument(hintTerm >= 0, "hintTerm", hintTerm, ">= 0");
    }

    /** Agreement up to the index. */
    public static AppendReply accept(long from, long to, long term, long index) {
        return new AppendReply(from, to, term, index, false, 0, 0);
    }

    /** No agreement at the index. */
    public static AppendReply reject(
            long from, long to, long term, long index, long rejectHint, long hintTerm) {
        return new AppendReply(from, to, term, index, true, rejectHint, hintTerm);
    }
}
