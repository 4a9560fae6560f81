/**
 * How a member comes to life: a new cluster is written down before it runs, a restarted member is read back.
 *
 * <pre>
 *   new:      flags ─► ids ─► WAL {metadata, one membership entry per member, commit} ─► engine empty
 *   restart:  WAL (from its newest snapshot record) + engine (as of its applied index) ─► node
 * </pre>
 *
 * <p>What this package does not do: run anything.
 */
@NullMarked
package dev.quorate.server.boot;

import org.jspecify.annotations.NullMarked;
