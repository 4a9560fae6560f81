/**
 * Snapshot files: the point up to which the log has been folded into the store.
 *
 * <pre>
 *   member/snap/
 *     %016x-%016x.snap     raft snapshot, named by term and index
 *     %016x.snap.db        a store received from the leader, named by index, waiting to be used
 *     tmp*                 a file that is being written; removed at start
 *     *.broken             a .snap that did not verify
 *
 *   .snap =  snappb.snapshot { crc = CRC-32C of data,  data = raftpb.Snapshot }
 * </pre>
 *
 * <p>Every file is written under a temporary name, synced and renamed, so that under its final name
 * it is complete. Of the {@code .snap} files the newest sound one counts; a damaged one is put
 * aside, because an older one plus the log lead to the same state.
 *
 * <p>The package does not decide when to take a snapshot, does not look into its data, and knows
 * nothing of the store's own file.
 */
@NullMarked
package dev.quorate.storage.snap;

import org.jspecify.annotations.NullMarked;
