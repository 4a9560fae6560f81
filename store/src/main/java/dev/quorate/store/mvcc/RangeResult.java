package dev.quorate.store.mvcc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.ResponseHeader;
import dev.quorate.proto.mvccpb.KeyValue;
import dev.quorate.storage.CorruptionException;
import java.util.List;

/**
 * The answer to a range request. The key-values are encoded {@code mvccpb.KeyValue} messages, mostly the stored records themselves, so
 * that a response can be put together by concatenation.
 *
 * @param revision the store's revision when the range was read, for the response header
 * @param kvs not to be modified, neither the list's arrays
 * @param more whether a limit left keys out
 * @param count keys in the range, whatever the limit and the filters say
 */
public record RangeResult(long revision, List<byte[]> kvs, boolean more, long count) {
    /** The response as a message, with nothing but the revision in its header. */
    public RangeResponse toMessage() {
        RangeResponse.Builder response =
                RangeResponse.newBuilder()
                        .setHeader(ResponseHeader.newBuilder().setRevision(revision))
                        .setMore(more)
                        .setCount(count);
        for (byte[] kv : kvs) {
            response.addKvs(parse(kv));
        }
        return response.build();
    }

    /** A stored record as a message. */
    static KeyValue parse(byte[] record) {
        try {
            return KeyValue.parseFrom(record);
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptionException(
                    "stored key-value record of "
                            + record.length
                            + " bytes does not parse: "
                            + e.getMessage());
        }
    }
}
