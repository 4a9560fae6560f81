/** The consensus protocol as a pure state machine: messages in, decisions out, no I/O, clock or thread. */
@NullMarked
package dev.quorate.raft;

import org.jspecify.annotations.NullMarked;
