package dev.quorate.tools.ctl.command;

import dev.quorate.client.Kv;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.RangeStreamResponse;

/** A range that arrives in pieces, put together. */
final class Streamed {
    private Streamed() {}

    static RangeResponse range(Kv kv, RangeRequest request) {
        RangeResponse.Builder whole = RangeResponse.newBuilder();
        try (var stream = kv.rangeStream(request)) {
            RangeStreamResponse piece;
            while ((piece = stream.next()) != null) {
                whole.mergeFrom(piece.getRangeResponse());
            }
        }
        return whole.build();
    }
}
