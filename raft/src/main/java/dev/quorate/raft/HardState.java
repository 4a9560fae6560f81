package dev.quorate.raft;

/**
 * What must survive a restart besides the log.
 *
 * @param term the latest term this member has seen
 * @param vote whom it voted for in that term, 0 for nobody
 * @param commit the highest index it knows to be committed; may lag behind after a crash, since it
 *     is not fsynced alone
 */
public record HardState(long term, long vote, long commit) {
    /** In storage: a new member. In a {@link Ready}: unchanged, nothing to write. */
    public static final HardState EMPTY = new HardState(0, 0, 0);

    public HardState {
        Check.argument(term >= 0, "term", term, ">= 0");
        Check.argument(commit >= 0, "commit", commit, ">= 0");
    }

    /** Whether this says nothing. */
    public boolean isEmpty() {
        return term == 0 && vote == 0 && commit == 0;
    }
}
