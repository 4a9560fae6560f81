package dev.quorate.api.grpc;

import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.StatusException;

/** Reads the header {@code grpc-timeout}: at most eight digits and a unit, for example {@code 4999m}. */
final class Timeout {
    private static final int MAX_DIGITS = 8;
    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000_000_000;

    private Timeout() {}

    /** The timeout in nanoseconds; {@link Long#MAX_VALUE} when it exceeds the type. */
    static long nanos(CharSequence text) throws StatusException {
        int digits = text.length() - 1;
        if (digits < 1 || digits > MAX_DIGITS) {
            throw malformed(text);
        }
        long number = 0;
        for (int i = 0; i < digits; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                throw malformed(text);
            }
            number = number * 10 + (c - '0');
        }
        return switch (text.charAt(digits)) {
            case 'n' -> number;
            case 'u' -> number * MICRO;
            case 'm' -> number * MILLI;
            case 'S' -> number * SECOND;
            case 'M' -> number * 60 * SECOND;
            case 'H' ->
                    number > Long.MAX_VALUE / (3600 * SECOND)
                            ? Long.MAX_VALUE
                            : number * 3600 * SECOND;
            default -> throw malformed(text);
        };
    }

    private static StatusException malformed(CharSequence text) {
        return new StatusException(Code.INTERNAL, "malformed grpc-timeout: " + text);
    }
}
