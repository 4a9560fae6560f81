package dev.quorate.server.peer;

import java.nio.charset.StandardCharsets;

/**
 * The answer to a {@link PeerRequest}.
 *
 * @param status of HTTP; 0 when nobody answered
 * @param contentType of the body
 * @param allow the methods that would have been right, or empty
 * @param clusterId of who answers, in hexadecimal, or empty where that is not told
 * @param appliedIndex of who answers, or 0 where that is not told; etcd never tells it
 * @param body may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes, never copied or compared
public record PeerResponse(
        int status,
        String contentType,
        String allow,
        String clusterId,
        long appliedIndex,
        byte[] body) {
    /** Nobody answered. */
    public static final PeerResponse NONE = new PeerResponse(0, "", new byte[0]);

    /** The type of a text in the form of Go's {@code http.Error}, which comes with a header against guessing. */
    public static final String TEXT = "text/plain; charset=utf-8";

    public static final String JSON = "application/json";
    public static final String PROTOBUF = "application/protobuf";

    private static final int OK = 200;

    /** A good answer. */
    public static PeerResponse ok(String contentType, byte[] body) {
        return new PeerResponse(OK, contentType, body);
    }

    /** A refusal as Go's {@code http.Error} writes it: the text and a newline. */
    public static PeerResponse error(int status, String text) {
        return new PeerResponse(status, TEXT, (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The refusal of a method. */
    public static PeerResponse methodNotAllowed(String allow) {
        PeerResponse error = error(405, "Method Not Allowed");
        return new PeerResponse(error.status, error.contentType, allow, "", 0, error.body);
    }

    /** An answer that tells nothing of who gives it. */
    public PeerResponse(int status, String contentType, byte[] body) {
        this(status, contentType, "", "", 0, body);
    }

    public PeerResponse withClusterId(String id) {
        return new PeerResponse(status, contentType, allow, id, appliedIndex, body);
    }

    public PeerResponse withAppliedIndex(long index) {
        return new PeerResponse(status, contentType, allow, clusterId, index, body);
    }

    public boolean isOk() {
        return status == OK;
    }

    /** The body as text, without the newline that ends it. */
    public String text() {
        String text = new String(body, StandardCharsets.UTF_8);
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
