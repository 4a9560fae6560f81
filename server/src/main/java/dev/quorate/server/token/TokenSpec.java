package dev.quorate.server.token;

import dev.quorate.log.GoDuration;
import dev.quorate.log.Log;
import dev.quorate.storage.disk.Disk;
import dev.quorate.store.auth.SimpleTokens;
import dev.quorate.store.auth.Tokens;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads {@code --auth-token}: a type, then options of the form {@code key=value} after commas. */
public final class TokenSpec {
    private static final Log LOG = Log.of(TokenSpec.class);

    private static final String PUBLIC_KEY = "pub-key";
    private static final String PRIVATE_KEY = "priv-key";
    private static final String SIGN_METHOD = "sign-method";
    private static final String TTL = "ttl";
    private static final List<String> KNOWN = List.of(PUBLIC_KEY, PRIVATE_KEY, SIGN_METHOD, TTL);
    private static final int MAX_KEY_BYTES = 1 << 20;
    private static final Duration DEFAULT_TTL = Duration.ofMinutes(5);

    private TokenSpec() {}

    /**
     * Makes what hands out tokens.
     *
     * @param text as the flag has it; empty means simple tokens
     * @param disk where the files of keys are
     * @param simpleTtlSeconds idle time after which a simple token is forgotten
     * @throws TokenException in etcd's words, which are logged in more detail before
     */
    public static Tokens tokens(
            String text, int simpleTtlSeconds, InstantSource wallClock, Disk disk)
            throws TokenException {
        try {
            return read(text, simpleTtlSeconds, wallClock, disk);
        } catch (TokenException e) {
            LOG.warn("failed to create token provider", "error", String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private static Tokens read(
            String text, int simpleTtlSeconds, InstantSource wallClock, Disk disk)
            throws TokenException {
        List<String> parts = List.of(text.split(",", -1));
        Map<String, String> options = options(text, parts.subList(1, parts.size()));
        return switch (parts.getFirst()) {
            case "", "simple" -> new SimpleTokens(simpleTtlSeconds);
            case "jwt" -> jwt(options, wallClock, disk);
            default -> {
                LOG.warn(
                        "unknown token type",
                        "type",
                        parts.getFirst(),
                        "error",
                        TokenException.INVALID_OPTIONS);
                throw new TokenException(TokenException.INVALID_OPTIONS);
            }
        };
    }

    private static Map<String, String> options(String text, List<String> parts)
            throws TokenException {
        Map<String, String> options = new TreeMap<>();
        for (String part : parts) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                LOG.error("invalid token option", "option", text);
                throw new TokenException(TokenException.INVALID_OPTIONS);
            }
            String key = part.substring(0, equals);
            if (options.put(key, part.substring(equals + 1)) != null) {
                LOG.error("invalid token option", "option", text, "duplicate-parameter", key);
                throw new TokenException(TokenException.INVALID_OPTIONS);
            }
        }
        return options;
    }

    private static Tokens jwt(Map<String, String> options, InstantSource wallClock, Disk disk)
            throws TokenException {
        byte @Nullable [] publicKey;
        byte @Nullable [] privateKey;
        JwtAlgorithm algorithm;
        Duration ttl;
        try {
            publicKey = file(options.get(PUBLIC_KEY), disk);
            privateKey = file(options.get(PRIVATE_KEY), disk);
            algorithm = JwtAlgorithm.of(options.getOrDefault(SIGN_METHOD, ""));
            ttl = ttl(options.get(TTL));
        } catch (TokenException e) {
            LOG.error("problem loading JWT options", "error", String.valueOf(e.getMessage()));
            throw new TokenException(TokenException.INVALID_OPTIONS, e);
        }
        List<String> unknown = new ArrayList<>(options.keySet());
        unknown.removeAll(KNOWN);
        if (!unknown.isEmpty()) {
            LOG.warn("unknown JWT options", "keys", unknown);
        }
        return new JwtTokens(algorithm.keys(publicKey, privateKey), ttl, wallClock);
    }

    private static byte @Nullable [] file(@Nullable String path, Disk disk) throws TokenException {
        if (path == null || path.isEmpty()) {
            return null;
        }
        try {
            if (!disk.exists(path)) {
                throw new TokenException("open " + path + ": no such file or directory");
            }
            return disk.readAll(path, MAX_KEY_BYTES);
        } catch (IOException e) {
            throw new TokenException("open " + path + ": " + e.getMessage(), e);
        }
    }

    private static Duration ttl(@Nullable String text) throws TokenException {
        if (text == null || text.isEmpty()) {
            return DEFAULT_TTL;
        }
        return GoDuration.parse(text)
                .orElseThrow(() -> new TokenException("time: invalid duration \"" + text + "\""));
    }
}
