/**
 * The log: entries in storage and entries that are on their way there, seen as one.
 *
 * <p>{@link dev.quorate.raft.log.RaftLog} draws it. Writes are asynchronous and finish in the order
 * in which they were handed out; {@link dev.quorate.raft.log.Write} says why each of them remembers
 * what it may still claim.
 *
 * <p>It writes nothing itself and knows nothing of roles, terms to come or members.
 */
@NullMarked
package dev.quorate.raft.log;

import org.jspecify.annotations.NullMarked;
