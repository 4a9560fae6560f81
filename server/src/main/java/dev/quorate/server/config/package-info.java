/**
 * What a server has to know before it starts, as plain immutable values.
 *
 * <pre>
 *   ServerConfig ─┬─ Urls            where to listen, what to advertise
 *                 ├─ Bootstrap       the first members and how to find them (ignored once a WAL exists)
 *                 ├─ RaftSettings    ticks, snapshots of the log, peer connections
 *                 ├─ StorageSettings quota, batches, safety of writes
 *                 ├─ Limits          what a request or a cluster may be at most
 *                 ├─ Compaction      automatic compaction and its pace
 *                 ├─ Checks          periodic checks and thresholds of warnings
 *                 ├─ AuthSettings    tokens and password hashes
 *                 ├─ Tls (twice)     client side and peer side
 *                 ├─ HttpSettings    gateway, v2, origins, host names, keepalive
 *                 ├─ Tracing, LogSettings
 *                 └─ FeatureGates
 * </pre>
 *
 * <p>{@link dev.quorate.server.config.ServerConfig#defaults} gives etcd 3.7.1's defaults; each group has a {@code defaults()}
 * of its own and the whole has one wither per group. Names and units follow etcd's flags.
 *
 * <p>Does not parse flags, environment or files and does not check one setting against another: the program does, and so may
 * whoever embeds a server. The one text it reads is a {@link dev.quorate.server.config.Url}, because members exchange those.
 */
@NullMarked
package dev.quorate.server.config;

import org.jspecify.annotations.NullMarked;
