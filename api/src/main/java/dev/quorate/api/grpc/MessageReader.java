package dev.quorate.api.grpc;

import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.StatusException;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of one stream into messages. Bytes may arrive in any portions; nothing is allocated for a message before its announced size
 * was found acceptable. Used by one event loop.
 */
final class MessageReader {
    private static final int PREFIX_SIZE_BYTES = 5;

    /** How requests of a stream may be compressed. */
    enum Encoding {
        IDENTITY,
        GZIP
    }

    private final int maxSizeBytes;
    private final Encoding encoding;

    private final byte[] prefix = new byte[PREFIX_SIZE_BYTES];
    private int prefixRead;
    private byte @Nullable [] message;
    private int messageRead;

    MessageReader(int maxSizeBytes, Encoding encoding) {
        this.maxSizeBytes = maxSizeBytes;
        this.encoding = encoding;
    }

    /** How many bytes of an incomplete message are held. */
    int heldBytes() {
        return message == null ? 0 : message.length;
    }

    /**
     * Takes bytes from the buffer until a message is complete.
     *
     * @return the message, or null when the buffer is used up before
     * @throws StatusException when the client breaks the framing or sends too much
     */
    byte @Nullable [] next(ByteBuf in) throws StatusException {
        if (message == null) {
            int missing = Math.min(PREFIX_SIZE_BYTES - prefixRead, in.readableBytes());
            in.readBytes(prefix, prefixRead, missing);
            prefixRead += missing;
            if (prefixRead < PREFIX_SIZE_BYTES) {
                return null;
            }
            message = new byte[checkedSize()];
            messageRead = 0;
        }
        int part = Math.min(message.length - messageRead, in.readableBytes());
        in.readBytes(message, messageRead, part);
        messageRead += part;
        if (messageRead < message.length) {
            return null;
        }
        byte[] complete = message;
        message = null;
        prefixRead = 0;
        return prefix[0] == 0 ? complete : unzip(complete);
    }

    /** Whether the bytes so far end between two messages. */
    boolean isBetweenMessages() {
        return prefixRead == 0 && message == null;
    }

    private int checkedSize() throws StatusException {
        if (prefix[0] != 0 && prefix[0] != 1) {
            throw new StatusException(
                    Code.INTERNAL,
                    "grpc: received unexpected payload format " + (prefix[0] & 0xff));
        }
        if (prefix[0] == 1 && encoding == Encoding.IDENTITY) {
            throw new StatusException(
                    Code.INTERNAL, "grpc: compressed flag set with identity or empty encoding");
        }
        long size =
                (prefix[1] & 0xffL) << 24
                        | (prefix[2] & 0xff) << 16
                        | (prefix[3] & 0xff) << 8
                        | (prefix[4] & 0xff);
        if (size > maxSizeBytes) {
            throw new StatusException(
                    Code.RESOURCE_EXHAUSTED,
                    "grpc: received message larger than max ("
                            + size
                            + " vs. "
                            + maxSizeBytes
                            + ")");
        }
        return (int) size;
    }

    private byte[] unzip(byte[] zipped) throws StatusException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
            byte[] plain = in.readNBytes(maxSizeBytes + 1);
            if (plain.length > maxSizeBytes) {
                throw new StatusException(
                        Code.RESOURCE_EXHAUSTED,
                        "grpc: received message after decompression larger than max "
                                + maxSizeBytes);
            }
            return plain;
        } catch (ZipException | EOFException e) {
            throw new StatusException(
                    Code.INTERNAL,
                    "grpc: failed to decompress the received message: " + e.getMessage());
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }
}
