/**
 * Histories of what clients saw, and judges that know etcd's contract but none of its code.
 *
 * <pre>
 *   clients ──► {@link dev.quorate.verify.history.Recorder} ──► operations ──► {@link dev.quorate.verify.history.Linearizability}
 *                                                                                   step by {@link dev.quorate.verify.history.KvModel}
 * </pre>
 *
 * <p>What this package does not do: call a member. The simulator and the runs of real processes bring their own clients.
 */
@NullMarked
package dev.quorate.verify.history;

import org.jspecify.annotations.NullMarked;
