package dev.quorate.client.rpc;

import dev.quorate.proto.error.Code;

/**
 * A call that ended without a response: a refusal by the cluster, or no answer in time.
 *
 * <p>{@link #getMessage} is what a person should read, with etcd's exact text where the cluster sent one. Unchecked, because nearly every
 * method of a client may throw it. Carries no stack of the transport's threads.
 */
public final class RpcException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is known about the request. */
    public enum Fate {
        /** It never left: it may be sent again whatever it does. */
        UNSENT,
        /** A member answered. */
        ANSWERED,
        /** It left, and no answer came: it may have been executed. */
        UNKNOWN
    }

    private final String message;
    private final Code code;
    private final String description;
    private final Fate fate;

    public RpcException(Code code, String message, String description, Fate fate) {
        super(message);
        this.message = message;
        this.code = code;
        this.description = description;
        this.fate = fate;
    }

    /** An answer of a member. */
    static RpcException answered(Code code, String description) {
        return new RpcException(code, description, description, Fate.ANSWERED);
    }

    /** Time ran out; the description says what it was waiting for. */
    public static RpcException late(String description, Fate fate) {
        return new RpcException(
                Code.DEADLINE_EXCEEDED, "context deadline exceeded", description, fate);
    }

    /** The caller's thread was interrupted; it still is when this returns. */
    public static RpcException interrupted() {
        Thread.currentThread().interrupt();
        return cancelled();
    }

    /** The caller gave up. */
    public static RpcException cancelled() {
        return new RpcException(
                Code.CANCELLED, "context canceled", "context canceled", Fate.UNKNOWN);
    }

    @Override
    public String getMessage() {
        return message;
    }

    /** The status code of gRPC. */
    public Code code() {
        return code;
    }

    /** The details that came with the status: for a late call what kept it, else the same as the message. */
    public String description() {
        return description;
    }

    public Fate fate() {
        return fate;
    }

    /** The form that Go's gRPC prints: {@code rpc error: code = NotFound desc = …}. */
    public String goText() {
        return "rpc error: code = " + code.goName() + " desc = " + description;
    }
}
