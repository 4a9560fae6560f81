package dev.quorate.raft.progress;

/** How the leader sends to one member. */
public enum ProgressState {
    /** One append at a time, to find out where the logs agree. */
    PROBE,
    /** Appends stream ahead of their answers, as far as the window allows. */
    REPLICATE,
    /** Nothing until the snapshot has arrived. */
    SNAPSHOT
}
