package dev.quorate.api.json;

import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Cancellation;
import io.vertx.core.MultiMap;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads from HTTP headers what gRPC carries as metadata. */
final class Calls {
    private static final String METADATA = "Grpc-Metadata-";
    private static final String BEARER = "Bearer ";

    private Calls() {}

    /**
     * Makes the call. The common name of a client certificate is left out: in etcd the gateway is a client of its own and users come from
     * tokens only.
     */
    static Call of(MultiMap headers) throws StatusException {
        @Nullable String version = headers.get(METADATA + "client-api-version");
        return new Call(
                token(headers),
                null,
                "true".equals(headers.get(METADATA + "hasleader")),
                version == null ? "unknown" : utf8(version),
                deadlineNanos(headers.get("Grpc-Timeout")),
                new Cancellation());
    }

    private static @Nullable String token(MultiMap headers) {
        @Nullable String token = headers.get(METADATA + "token");
        if (token != null) {
            return token;
        }
        @Nullable String authorization = headers.get("Authorization");
        return authorization != null && authorization.startsWith(BEARER)
                ? authorization.substring(BEARER.length())
                : authorization;
    }

    private static String utf8(String latin1) throws StatusException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(latin1.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException _) {
            throw EtcdError.INVALID_CLIENT_API_VERSION.exception();
        }
    }

    private static long deadlineNanos(@Nullable String timeout) throws StatusException {
        if (timeout == null) {
            return Long.MAX_VALUE;
        }
        try {
            long amount = Long.parseLong(timeout, 0, timeout.length() - 1, 10);
            long nanos = unit(timeout.charAt(timeout.length() - 1)).toNanos(amount);
            long deadline = System.nanoTime() + nanos;
            return nanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadline;
        } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
            throw new StatusException(Code.INVALID_ARGUMENT, "invalid grpc-timeout: " + timeout);
        }
    }

    private static TimeUnit unit(char letter) {
        return switch (letter) {
            case 'H' -> TimeUnit.HOURS;
            case 'M' -> TimeUnit.MINUTES;
            case 'S' -> TimeUnit.SECONDS;
            case 'm' -> TimeUnit.MILLISECONDS;
            case 'u' -> TimeUnit.MICROSECONDS;
            case 'n' -> TimeUnit.NANOSECONDS;
            default -> throw new IllegalArgumentException("unit " + letter);
        };
    }
}
