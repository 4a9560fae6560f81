package dev.quorate.api.json;

import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.StatusException;

/** How grpc-gateway 2 shows refusals over HTTP. */
final class HttpStatus {
    private HttpStatus() {}

    static int of(Code code) {
        return switch (code) {
            case OK -> 200;
            case CANCELLED -> 499;
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
            case DEADLINE_EXCEEDED -> 504;
            case NOT_FOUND -> 404;
            case ALREADY_EXISTS, ABORTED -> 409;
            case PERMISSION_DENIED -> 403;
            case UNAUTHENTICATED -> 401;
            case RESOURCE_EXHAUSTED -> 429;
            case UNIMPLEMENTED -> 501;
            case UNAVAILABLE -> 503;
            case UNKNOWN, INTERNAL, DATA_LOSS -> 500;
        };
    }

    /** The body of a refusal; an object without its default values, like every message. */
    static String body(StatusException refusal) {
        var out = new StringBuilder("{\"code\":").append(refusal.code().number());
        if (!refusal.description().isEmpty()) {
            out.append(",\"message\":");
            ProtoWriter.string(refusal.description(), out);
        }
        return out.append('}').toString();
    }
}
