/**
 * The services of a member: they check a request as etcd does, let the gate decide who may, and turn it into a proposal or a local read.
 *
 * <p>What this package does not do: apply anything; the state changes only through the log.
 */
@NullMarked
package dev.quorate.server.rpc;

import org.jspecify.annotations.NullMarked;
