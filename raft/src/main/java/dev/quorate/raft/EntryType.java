package dev.quorate.raft;

/** What the data of a log entry means; the declaration order is the wire number (0, 1, 2). */
public enum EntryType {
    /** Bytes for the replicated state machine; no bytes at all is a new leader's no-op. */
    NORMAL,
    /** An encoded {@link ConfChange}: one membership change. */
    CONF_CHANGE,
    /** An encoded {@link ConfChangeV2}: several changes, possibly through a joint configuration. */
    CONF_CHANGE_V2
}
