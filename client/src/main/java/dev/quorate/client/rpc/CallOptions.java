package dev.quorate.client.rpc;

/**
 * What goes with one call.
 *
 * @param deadline when to give up
 * @param token of the user, or empty
 * @param requireLeader whether a member without a leader refuses, and ends streams that it has ({@code hasleader})
 */
record CallOptions(Deadline deadline, String token, boolean requireLeader) {}
