package dev.quorate.server.token;

/** Options or keys of tokens that cannot be used; the message is etcd's. */
public final class TokenException extends Exception {
    private static final long serialVersionUID = 1;

    static final String INVALID_OPTIONS = "auth: invalid auth options";
    static final String MISSING_KEY = "auth: missing key data";
    static final String KEY_MISMATCH = "auth: public and private keys don't match";

    TokenException(String message) {
        super(message);
    }

    TokenException(String message, Throwable cause) {
        super(message, cause);
    }
}
