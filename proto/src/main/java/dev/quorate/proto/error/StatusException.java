package dev.quorate.proto.error;

/**
 * An expected refusal: what the caller gets instead of a response. It carries no stack trace, because it is an answer and not a fault.
 */
public final class StatusException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Code code;
    private final String description;

    public StatusException(Code code, String description) {
        super(description, null, false, false);
        this.code = code;
        this.description = description;
    }

    public Code code() {
        return code;
    }

    /** The text on the wire ({@code grpc-message}), for example {@code etcdserver: key is not provided}. */
    public String description() {
        return description;
    }

    /** The form that Go's gRPC prints, used inside watch cancel reasons. */
    public String goText() {
        return "rpc error: code = " + code.goName() + " desc = " + description;
    }
}
