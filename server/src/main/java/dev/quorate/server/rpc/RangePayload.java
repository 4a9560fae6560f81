package dev.quorate.server.rpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.server.service.Payload;
import dev.quorate.store.mvcc.RangeResult;

/**
 * A range response put together from stored records: a record is the encoded {@code mvccpb.KeyValue} that the response holds, so nothing
 * is parsed and built again.
 *
 * <pre>
 *   0a len header │ 12 len kv │ 12 len kv │ … │ 18 01 (more) │ 20 count
 * </pre>
 */
final class RangePayload implements Payload {
    private static final byte KVS_TAG = 2 << 3 | 2;
    private static final byte MORE_TAG = 3 << 3;
    private static final byte COUNT_TAG = 4 << 3;

    private final byte[] header;
    private final RangeResult result;
    private final int sizeBytes;

    RangePayload(byte[] header, RangeResult result) {
        this.header = header;
        this.result = result;
        this.sizeBytes = size(header, result);
    }

    private static int size(byte[] header, RangeResult result) {
        int size = header.length;
        var kvs = result.kvs();
        for (int i = 0; i < kvs.size(); i++) {
            int length = kvs.get(i).length;
            size += 1 + CodedOutputStream.computeUInt32SizeNoTag(length) + length;
        }
        size += result.more() ? 2 : 0;
        return size
                + (result.count() == 0
                        ? 0
                        : 1 + CodedOutputStream.computeUInt64SizeNoTag(result.count()));
    }

    @Override
    public int sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void writeTo(byte[] target, int offset) {
        System.arraycopy(header, 0, target, offset, header.length);
        int at = offset + header.length;
        var kvs = result.kvs();
        for (int i = 0; i < kvs.size(); i++) {
            byte[] kv = kvs.get(i);
            target[at++] = KVS_TAG;
            at = varint(target, at, kv.length);
            System.arraycopy(kv, 0, target, at, kv.length);
            at += kv.length;
        }
        if (result.more()) {
            target[at++] = MORE_TAG;
            target[at++] = 1;
        }
        if (result.count() != 0) {
            target[at++] = COUNT_TAG;
            varint(target, at, result.count());
        }
    }

    static int varint(byte[] target, int offset, long value) {
        int at = offset;
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            target[at++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
        return at;
    }

    @Override
    public MessageLite message() {
        byte[] bytes = new byte[sizeBytes];
        writeTo(bytes, 0);
        try {
            return RangeResponse.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("an own range response does not parse", e);
        }
    }
}
