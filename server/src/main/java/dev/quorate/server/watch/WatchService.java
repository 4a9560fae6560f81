package dev.quorate.server.watch;

import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.WatchRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.server.service.Inlet;
import dev.quorate.server.service.Rpc;

/** The service {@code etcdserverpb.Watch}. */
public final class WatchService {
    private WatchService() {}

    /** Decides whether this member serves watches at all. Called on the transport's thread. */
    @FunctionalInterface
    public interface Admission {
        /** Refuses the stream. */
        void require() throws StatusException;
    }

    /** The method {@code Watch}: one stream, many watches. */
    public static Rpc.BidiStream<WatchRequest> watch(
            WatchHub hub, WatchGate gate, Admission admission) {
        return new Rpc.BidiStream<>(
                "etcdserverpb.Watch",
                "Watch",
                WatchRequest.getDefaultInstance(),
                WatchResponse.getDefaultInstance(),
                (call, outlet) -> {
                    try {
                        admission.require();
                    } catch (StatusException refusal) {
                        outlet.fail(refusal);
                        return new Deaf();
                    }
                    return hub.open(call, gate, outlet);
                });
    }

    /** What a refused stream still says is not heard. */
    private static final class Deaf implements Inlet<WatchRequest> {
        @Override
        public void next(WatchRequest request) {}

        @Override
        public void halfClosed() {}

        @Override
        public void cancelled() {}
    }
}
