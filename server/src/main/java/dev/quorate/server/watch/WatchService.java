package dev.quorate.server.watch;

import dev.quorate.proto.etcdserverpb.WatchRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.server.service.Rpc;

/** The service {@code etcdserverpb.Watch}. */
public final class WatchService {
    private WatchService() {}

    /** The method {@code Watch}: one stream, many watches. */
    public static Rpc.BidiStream<WatchRequest> watch(WatchHub hub, WatchGate gate) {
        return new Rpc.BidiStream<>(
                "etcdserverpb.Watch",
                "Watch",
                WatchRequest.getDefaultInstance(),
                WatchResponse.getDefaultInstance(),
                (call, outlet) -> hub.open(call, gate, outlet));
    }
}
