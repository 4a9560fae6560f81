/**
 * A whole cluster in one thread: real members on simulated disks, network and clocks, driven by one seed, judged after every event.
 *
 * <pre>
 *   seed ─► {@link dev.quorate.verify.sim.Plan} ─► {@link dev.quorate.verify.sim.World}   one queue of events, one time
 *                          │ members: EtcdServer on MemDisk and MemEngine, their workers called one by one
 *                          │ network: delays, losses, partitions        nemesis: crashes, pauses, broken disks, clocks
 *                          │ clients: keys, leases, watches
 *                          ▼
 *        judges: messages (RaftJudge) ─► committed entries ─► Oracle ─► databases, answers, leases, watches
 * </pre>
 *
 * <p>The judges see what leaves a member (messages, commits of its database, answers) and work out what should have happened by
 * themselves; they share no code with what they judge. What this package does not do: real sockets, files and processes; see {@code
 * dev.quorate.verify.cluster}.
 */
@NullMarked
package dev.quorate.verify.sim;

import org.jspecify.annotations.NullMarked;
