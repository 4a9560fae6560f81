package dev.quorate.server.config;

/**
 * Tokens and password hashes.
 *
 * @param token {@code simple}, or {@code jwt} with its options after commas, as the flag spells it
 * @param bcryptCost binary logarithm of the rounds of a password hash, 4 to 31
 * @param tokenTtlSeconds idle time after which a simple token is forgotten
 */
public record AuthSettings(String token, int bcryptCost, int tokenTtlSeconds) {

    /** Least binary logarithm of rounds. */
    public static final int MIN_BCRYPT_COST = 4;

    public static final int MAX_BCRYPT_COST = 31;

    public static AuthSettings defaults() {
        return new AuthSettings("simple", 10, 300);
    }
}
