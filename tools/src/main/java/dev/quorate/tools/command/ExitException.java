package dev.quorate.tools.command;

/** Ends the program with one line {@code Error: message} on standard error. */
public final class ExitException extends Exception {
    private static final long serialVersionUID = 1;

    /** etcd's exit codes. */
    public static final int ERROR = 1;

    public static final int BAD_CONNECTION = 2;

    public static final int INVALID_INPUT = 3;

    public static final int BAD_FEATURE = 4;

    public static final int INTERRUPTED = 5;

    public static final int IO = 6;

    public static final int BAD_ARGUMENTS = 128;

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
