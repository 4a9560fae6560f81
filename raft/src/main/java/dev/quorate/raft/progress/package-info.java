/**
 * What a leader knows about each member's log, and how fast it may send.
 *
 * <p>{@link dev.quorate.raft.progress.Progress} draws the states. Flow control has two parts: a
 * window of unanswered appends while replicating, and a pause flag that any sign of life lifts.
 *
 * <p>It sends nothing and decides nothing about commits; it only keeps the books.
 */
@NullMarked
package dev.quorate.raft.progress;

import org.jspecify.annotations.NullMarked;
