/**
 * A client of etcd for Java programs: keys, leases, watches, users, and the care of a cluster.
 *
 * <p>Start at {@link dev.quorate.client.Client}. Methods block and may be called from any thread; virtual threads make that cheap. They take
 * and give the messages of etcd's API as they are on the wire, so nothing that a member says is lost, and throw
 * {@link dev.quorate.client.rpc.RpcException} with etcd's own words. The recipes for locks, elections and their kin are in
 * {@code client.recipe}. Opens no files: certificates are handed in as octets.
 */
@NullMarked
package dev.quorate.client;

import org.jspecify.annotations.NullMarked;
