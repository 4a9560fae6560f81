/**
 * The arithmetic of majorities: what is committed, who has won.
 *
 * <pre>
 *   acknowledged   a ──────────●              committed = the highest index that
 *                  b ────●                    more than half have reached:
 *                  c ────────●                sort, take the middle (lower of two)
 *                            ▲
 * </pre>
 *
 * <p>Everything here is a pure function of its arguments. It knows nothing of terms, logs or time.
 */
@NullMarked
package dev.quorate.raft.quorum;

import org.jspecify.annotations.NullMarked;
