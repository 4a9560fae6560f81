package dev.quorate.server.token;

import dev.quorate.log.Log;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.StatusException;
import dev.quorate.storage.CorruptionException;
import dev.quorate.store.auth.Identity;
import dev.quorate.store.auth.Tokens;
import dev.quorate.store.member.Json;
import dev.quorate.store.member.JsonText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON Web Tokens (RFC 7519) with the claims {@code username}, {@code revision} and {@code exp}, as etcd makes them. Nothing is remembered:
 * whoever has the key may make tokens elsewhere, and a token is good until it expires or users and roles change. Thread-safe.
 */
final class JwtTokens implements Tokens {
    private static final Log LOG = Log.of(JwtTokens.class);
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    private static final int PARTS = 3;

    private final JwtKeys keys;
    private final Duration ttl;
    private final InstantSource wallClock;

    /** @param wallClock what tokens expire by; members and whoever makes tokens must agree on it */
    JwtTokens(JwtKeys keys, Duration ttl, InstantSource wallClock) {
        this.keys = keys;
        this.ttl = ttl;
        this.wallClock = wallClock;
    }

    @Override
    public String assign(
            String username, long authRevision, String simpleToken, long index, long nowNanos)
            throws StatusException {
        if (!keys.canSign()) {
            throw new StatusException(
                    Code.UNKNOWN, "auth: token signing attempted with verify-only key");
        }
        String header = "{\"alg\":\"" + keys.algorithm().headerName() + "\",\"typ\":\"JWT\"}";
        String claims =
                "{\"exp\":"
                        + wallClock.instant().plus(ttl).getEpochSecond()
                        + ",\"revision\":"
                        + authRevision
                        + ",\"username\":"
                        + JsonText.quoted(username)
                        + "}";
        String signed = base64(utf8(header)) + "." + base64(utf8(claims));
        return signed + "." + base64(keys.sign(utf8(signed)));
    }

    @Override
    public @Nullable Identity identify(String token, long currentAuthRevision, long nowNanos) {
        try {
            return identify(token);
        } catch (IllegalArgumentException | CorruptionException e) {
            LOG.warn("failed to parse a JWT token", "error", String.valueOf(e.getMessage()));
            return null;
        }
    }

    private @Nullable Identity identify(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != PARTS) {
            throw new IllegalArgumentException(
                    "token is malformed: token contains an invalid number of segments");
        }
        Map<String, Object> header = Json.object(DECODER.decode(parts[0]));
        if (!Json.text(header, "alg").equals(keys.algorithm().headerName())) {
            throw new IllegalArgumentException(
                    "token is unverifiable: error while executing keyfunc: invalid signing method");
        }
        String signed = parts[0] + "." + parts[1];
        if (!keys.verifies(utf8(signed), DECODER.decode(parts[2]))) {
            throw new IllegalArgumentException("token signature is invalid");
        }
        Map<String, Object> claims = Json.object(DECODER.decode(parts[1]));
        long now = wallClock.instant().getEpochSecond();
        if (claims.get("exp") instanceof Long end && end <= now) {
            throw new IllegalArgumentException("token has invalid claims: token is expired");
        }
        if (claims.get("nbf") instanceof Long begin && begin > now) {
            throw new IllegalArgumentException("token has invalid claims: token is not valid yet");
        }
        if (claims.get("username") instanceof String username
                && claims.get("revision") instanceof Long revision) {
            return new Identity(username, revision);
        }
        LOG.warn("failed to obtain user claims from jwt token");
        return null;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String base64(byte[] bytes) {
        return ENCODER.encodeToString(bytes);
    }

    /** Any member knows every token at once. */
    @Override
    public long knownFrom(String token) {
        return 0;
    }

    @Override
    public void forgetUser(String username) {}

    @Override
    public void forgetAll() {}
}
