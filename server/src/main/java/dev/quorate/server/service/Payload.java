package dev.quorate.server.service;

import com.google.protobuf.MessageLite;

/**
 * A response on its way out. Most are ordinary messages; the hot ones (ranges, watch events) are kept as the bytes that the store holds,
 * so that a transport that wants bytes never builds the message.
 */
public interface Payload {
    /** The length of the encoded message in bytes. */
    int sizeBytes();

    /** Writes exactly {@link #sizeBytes()} bytes of the encoded message into {@code target} from {@code offset} on. */
    void writeTo(byte[] target, int offset);

    /** The same response as a message, for transports that need its fields. */
    MessageLite message();

    /** Wraps an ordinary message. */
    static Payload of(MessageLite message) {
        return new MessagePayload(message);
    }
}
