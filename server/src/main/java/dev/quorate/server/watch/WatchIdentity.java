package dev.quorate.server.watch;

/** What a member says about itself in the header of every watch response. Thread-safe, cheap, never blocks. */
public interface WatchIdentity {
    long clusterId();

    long memberId();

    /** The raft term as the member knows it now. */
    long raftTerm();
}
