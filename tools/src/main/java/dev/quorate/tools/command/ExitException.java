package dev.quorate.tools.command;

/** Ends the program with one line {@code Error: message} on standard error. */
public final class ExitException extends Exception {
    private static final long serialVersionUID = 1;

    private final int code;

    public ExitException(int code, String message) {
        super(message);
        this.code = code;
    }

    public ExitException(int code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** Ends with the message of what went wrong. */
    public ExitException(int code, Throwable cause) {
        super(String.valueOf(cause.getMessage()), cause);
        this.code = code;
    }

    /** The exit code. */
    public int code() {
        return code;
    }
}
