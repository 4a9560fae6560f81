/**
 * Finds members whose keys differ from the others', by comparing hashes.
 *
 * <pre>
 *   start ─────────► InitialCheck ── all peers at my revision ──► refuses to start
 *   by the clock ──► CorruptionChecks ─┬ periodic:   all peers at the leader's revision ──► PeriodicVerdict ─┐
 *                                      └ compaction: all peers at the revisions of the                       ├► alarm CORRUPT
 *                                                    latest compactions ──► CompactionVerdict ───────────────┘
 * </pre>
 *
 * <p>The rules, which member is blamed, and what is logged are etcd 3.7.1's. The verdicts are pure; {@link
 * dev.quorate.server.corruption.PeerHashes} is the way to the other members, which answer at {@code rpc.PeerEndpoints}.
 */
@NullMarked
package dev.quorate.server.corruption;

import org.jspecify.annotations.NullMarked;
