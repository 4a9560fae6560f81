package dev.quorate.server.concurrency;

import dev.quorate.proto.error.StatusException;

/** The answer to cleaning up: when it fails, the lease expires and does it. */
final class Ignored<M> implements KvClient.Answer<M> {
    @Override
    public void succeed(M response) {
        // Nobody waits.
    }

    @Override
    public void fail(StatusException refusal) {
        // Nobody waits.
    }
}
