package dev.quorate.storage.wal;

import dev.quorate.proto.raftpb.ConfState;
import org.jspecify.annotations.Nullable;

/**
 * A point from which the log can be replayed ({@code walpb.Snapshot}).
 *
 * @param index the last index that the snapshot contains
 * @param term the term of that entry
 * @param confState the configuration at that index; null at index 0 and in logs of etcd 3.4
 */
public record WalSnapshot(long index, long term, @Nullable ConfState confState) {

    /** The beginning of every log. */
    public static final WalSnapshot START = new WalSnapshot(0, 0, null);
}
