package dev.quorate.raft;

/**
 * One step of a {@link ConfChangeV2}.
 *
 * @param type what it does
 * @param nodeId to whom; 0 does nothing
 */
public record ConfChangeSingle(ConfChangeType type, long nodeId) {}
