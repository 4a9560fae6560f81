package dev.quorate.server.service;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;

/** A payload that is a message. */
record MessagePayload(MessageLite message) implements Payload {
    @Override
    public int sizeBytes() {
        return message.getSerializedSize();
    }

    @Override
    public void writeTo(byte[] target, int offset) {
        var out = CodedOutputStream.newInstance(target, offset, message.getSerializedSize());
        try {
            message.writeTo(out);
        } catch (IOException e) {
            throw new IllegalStateException("a message outgrew the size it announced", e);
        }
    }
}
