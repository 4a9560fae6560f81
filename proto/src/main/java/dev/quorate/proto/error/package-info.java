/**
 * How etcd says no: the status codes of gRPC and the exact texts that clients match on.
 *
 * <p>Clients compare the message text, not only the code, and decide by it whether to retry. The table is a wire fact and therefore
 * lives beside the messages. What this package does not do: decide when an error applies.
 */
@NullMarked
package dev.quorate.proto.error;

import org.jspecify.annotations.NullMarked;
