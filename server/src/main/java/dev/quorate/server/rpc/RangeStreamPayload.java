package dev.quorate.server.rpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.RangeStreamResponse;
import dev.quorate.server.service.Payload;

/** One chunk of a streamed range: a range response as field 1. */
record RangeStreamPayload(RangePayload chunk) implements Payload {
    private static final byte CHUNK_TAG = 1 << 3 | 2;

    @Override
    public int sizeBytes() {
        int length = chunk.sizeBytes();
        return 1 + CodedOutputStream.computeUInt32SizeNoTag(length) + length;
    }

    @Override
    public void writeTo(byte[] target, int offset) {
        target[offset] = CHUNK_TAG;
        int at = RangePayload.varint(target, offset + 1, chunk.sizeBytes());
        chunk.writeTo(target, at);
    }

    @Override
    public MessageLite message() {
        return RangeStreamResponse.newBuilder()
                .setRangeResponse((RangeResponse) chunk.message())
                .build();
    }
}
