package dev.quorate.api.json;

/** Input that is no JSON, or JSON that is no such message. The text is what the client reads, in the words of Go's decoders. */
final class JsonException extends Exception {
    private static final long serialVersionUID = 1L;

    JsonException(String message) {
        super(message, null, false, false);
    }
}
