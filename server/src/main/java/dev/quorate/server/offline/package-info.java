/**
 * What is done to a member's files while no member runs on them: restore from a snapshot, take over a data directory of etcd, make the
 * database compact, change the version of its form.
 *
 * <pre>
 *   restore   snapshot + flags   ─► engine (members replaced) ─► .snap ─► WAL {metadata, first members, snapshot record}
 *   import    member/snap/db     ─► engine (records as they are) ─► .snap and WAL copied ─► compared with the source
 * </pre>
 *
 * <p>The write-ahead log comes last and under its final name at once: a directory without one is not started on, so a crash on the way
 * leaves nothing that looks like a member.
 *
 * <p>Does not read flags and prints nothing but log lines.
 */
@NullMarked
package dev.quorate.server.offline;

import org.jspecify.annotations.NullMarked;
