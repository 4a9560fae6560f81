package dev.quorate.raft;

/**
 * Who leads, as far as this member knows. Nothing that must survive a restart.
 *
 * @param leader the leader's id, 0 when unknown
 * @param role what this member does
 */
public record SoftState(long leader, Role role) {}
