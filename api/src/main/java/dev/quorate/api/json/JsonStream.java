package dev.quorate.api.json;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Cuts bytes that arrive in portions into JSON values, separated by white space or nothing. Used by one event loop. */
final class JsonStream {
    private final int maxSizeBytes;
    private final ByteArrayOutputStream value = new ByteArrayOutputStream();
    private JsonScanner scanner = new JsonScanner();
    private byte[] input = {};
    private int at;

    JsonStream(int maxSizeBytes) {
        this.maxSizeBytes = maxSizeBytes;
    }

    /** Adds bytes; {@link #next} must have returned null before. */
    void add(byte[] bytes) {
        input = bytes;
        at = 0;
    }

    /** The next complete value, or null when more bytes are needed. */
    @Nullable String next() throws JsonException {
        while (at < input.length) {
            int c = input[at] & 0xff;
            if (scanner.endsBefore(c)) {
                return take();
            }
            at++;
            if (scanner.hasStarted()) {
                if (value.size() == maxSizeBytes) {
                    throw new JsonException("a JSON value of more than " + maxSizeBytes + " bytes");
                }
                value.write(c);
            }
            if (scanner.isDone()) {
                return take();
            }
        }
        return null;
    }

    /** The value that ends with the input, if there is one; null when nothing but white space is left. */
    @Nullable String last() throws JsonException {
        if (!scanner.hasStarted()) {
            return null;
        }
        if (!scanner.isCompleteAtEnd()) {
            throw new JsonException("unexpected EOF");
        }
        return take();
    }

    private String take() throws JsonException {
        byte[] bytes = value.toByteArray();
        value.reset();
        scanner = new JsonScanner();
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
            throw new JsonException("proto: syntax error (line 1:1): invalid UTF-8 in string");
        }
    }
}
