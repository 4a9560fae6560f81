/**
 * The consensus protocol as a pure state machine: messages in, decisions out, no I/O, clock or
 * thread.
 *
 * <pre>
 *     tick  step  propose  readIndex  campaign            persisted  applied
 *        │    │      │         │         │                    │        │
 *   ┌────▼────▼──────▼─────────▼─────────▼────────────────────▼────────▼────┐
 *   │ Raft        terms, dispatch          ┌──────────────────────────────┐ │
 *   │  ├ Election    ballots               │ Core    term, vote, role     │ │
 *   │  ├ Following   accept, forward       │  ├ log         {@code .log}        │ │
 *   │  └ Leadership  commit, reads         │  ├ progress    {@code .progress}   │ │
 *   │     ├ Replication  what is sent      │  ├ membership  {@code .change}     │ │
 *   │     └ ReadQueue                      │  └ outbox                    │ │
 *   └──────────────────────────────────────┴──────┬───────────────────────┴─┘
 *                                                 ▼
 *                     Ready { write, send now, send once written, apply }
 * </pre>
 *
 * <p>The rules are those of etcd's raft, generation 3.7, with members of 3.4 to 3.7 in the same
 * group. Three of them are stricter here, which other members cannot notice: entries are applied
 * only when they are durable on this member; a candidate asks for votes only when its own is
 * durable; a leader of a one-member group answers reads only after a commit in its own term.
 *
 * <p>The driver owns everything else: disk, network, time, the state machine, encodings. There is
 * no lease-based reading (etcd never enables it), and joint configurations are followed but not
 * proposed.
 */
@NullMarked
package dev.quorate.raft;

import org.jspecify.annotations.NullMarked;
