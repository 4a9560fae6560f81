package dev.quorate.storage;

/**
 * Stored bytes are not what was written.
 *
 * <p>Unchecked on purpose: no caller can repair it, so it travels up to the owner of the store, which stops serving until an operator
 * has replaced the data. The message names the file (or bucket), the place in it, and what to do.
 */
public class CorruptionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** {@code message} says where the damage is and what can be done about it. */
    public CorruptionException(String message) {
        super(message);
    }

    /** As {@link #CorruptionException(String)}, with the failure that revealed the damage. */
    public CorruptionException(String message, Throwable cause) {
        super(message, cause);
    }
}
