package dev.quorate.storage.wal;

/**
 * What raft must not forget besides its entries ({@code raftpb.HardState}).
 *
 * @param term the latest term seen
 * @param vote the member voted for in that term, 0 for none
 * @param commit the highest index known to be committed
 */
public record WalHardState(long term, long vote, long commit) {

    /** The state of a member that has seen nothing. */
    public static final WalHardState EMPTY = new WalHardState(0, 0, 0);

    /** Whether there is nothing to remember; such a state is never written. */
    public boolean isEmpty() {
        return term == 0 && vote == 0 && commit == 0;
    }
}
