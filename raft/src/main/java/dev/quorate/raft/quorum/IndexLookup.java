package dev.quorate.raft.quorum;

/** What each member has acknowledged. */
@FunctionalInterface
public interface IndexLookup {
    /** The highest index that the member acknowledged; 0 when it never did. */
    long acknowledged(long id);
}
