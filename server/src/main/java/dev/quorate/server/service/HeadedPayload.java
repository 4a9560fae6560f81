package dev.quorate.server.service;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import java.io.IOException;

/**
 * A response whose header is put in front at the last moment: every response of etcd's API has its header as field 1, and on the wire the
 * fields of a message may simply be written one after the other.
 */
public final class HeadedPayload implements Payload {
    private final byte[] header;
    private final MessageLite rest;

    /**
     * @param header the encoded field 1, from {@link Header#field}
     * @param rest the response without its header
     */
    public HeadedPayload(byte[] header, MessageLite rest) {
        this.header = header;
        this.rest = rest;
    }

    @Override
    public int sizeBytes() {
        return header.length + rest.getSerializedSize();
    }

    @Override
    public void writeTo(byte[] target, int offset) {
        System.arraycopy(header, 0, target, offset, header.length);
        var out =
                CodedOutputStream.newInstance(
                        target, offset + header.length, rest.getSerializedSize());
        try {
            rest.writeTo(out);
        } catch (IOException e) {
            throw new IllegalStateException("a message outgrew the size it announced", e);
        }
    }

    @Override
    public MessageLite message() {
        byte[] bytes = new byte[sizeBytes()];
        writeTo(bytes, 0);
        try {
            return rest.getParserForType().parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("an own message does not parse", e);
        }
    }
}
