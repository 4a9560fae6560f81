package dev.quorate.raft.message;

import dev.quorate.raft.Entry;
import java.util.List;

/**
 * Entries for the leader to append ({@code MsgProp}), forwarded by a follower. Lost without a trace
 * when nobody leads.
 *
 * @param from the member where it was proposed; forwarders of etcd 3.4 put themselves here
 * @param entries their terms and indexes are meaningless
 */
public record Propose(long from, long to, List<Entry> entries) implements Message {
    /** Always 0: a proposal belongs to no term. */
    @Override
    public long term() {
        return 0;
    }
}
