/**
 * gRPC over {@code client.http2}: calls, deadlines, statuses, and a channel that spreads calls over the members of a cluster.
 *
 * <p>Knows no service of etcd beyond the names of methods. Calls block the thread that makes them; virtual threads make that cheap.
 */
@NullMarked
package dev.quorate.client.rpc;

import org.jspecify.annotations.NullMarked;
