package dev.quorate.server.service;

import org.jspecify.annotations.Nullable;

/**
 * What the transport knows about a call besides its message.
 *
 * @param token the auth token from metadata {@code token}, else {@code authorization} without a {@code Bearer } prefix
 * @param commonName the common name of a verified client certificate
 * @param requireLeader metadata {@code hasleader: true}
 * @param clientApiVersion metadata {@code client-api-version}, {@code unknown} when absent
 * @param deadlineNanos when the client stops waiting, on the clock of {@link System#nanoTime()}; {@link Long#MAX_VALUE} when it did not say
 * @param cancellation told when the client goes away
 */
public record Call(
        @Nullable String token,
        @Nullable String commonName,
        boolean requireLeader,
        String clientApiVersion,
        long deadlineNanos,
        Cancellation cancellation) {
    /** The same call, told of its end by somebody else. */
    public Call with(Cancellation other) {
        return new Call(token, commonName, requireLeader, clientApiVersion, deadlineNanos, other);
    }

    /** A call by the process itself, without credentials and without a deadline. */
    public static Call internal() {
        return new Call(null, null, false, "unknown", Long.MAX_VALUE, new Cancellation());
    }
}
