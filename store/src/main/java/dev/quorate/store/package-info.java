/**
 * Means what the log says: applies committed entries to keys, leases, users, alarms and members, the same on every member.
 *
 * <pre>
 *   entry ──► corrupt? ──► no space? ──► permitted? ──► over quota? ──► keys, leases, users, alarms, members
 *             refuse       refuse growth  refuse        note it           │
 *                                                                         ▼
 *                                    end of batch: index and revision published, sealed with the applied index
 * </pre>
 *
 * <p>One thread applies; any thread reads through {@link dev.quorate.store.StateMachine#keyValues} and its siblings. Nothing here iterates
 * in an order that could differ between members, and time and randomness enter only where they cannot change what is stored.
 *
 * <p>It does not know raft: the server hands it entries and fills the response headers.
 */
@NullMarked
package dev.quorate.store;

import org.jspecify.annotations.NullMarked;
