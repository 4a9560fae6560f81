package dev.quorate.tools.ctl.command;

/** The end of a command that failed: {@code Error: message} on standard error, and an exit code. */
public final class CtlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Any error, of the server's above all. */
    public static final int ERROR = 1;

    /** No client could be made, or a stream could not be opened. */
    public static final int BAD_CONNECTION = 2;

    /** Text on standard input that is no transaction or command. */
    public static final int INVALID_INPUT = 3;

    /** A combination of flags that does not exist. */
    public static final int BAD_FEATURE = 4;

    public static final int INTERRUPTED = 5;

    /** {@code EX_IOERR} of BSD. */
    public static final int IO = 6;

    public static final int BAD_ARGUMENTS = 128;

    private final String message;
    private final int exit;

    /** Ends a command. */
    public CtlException(int exit, String message) {
        super(message, null, false, false);
        this.message = message;
        this.exit = exit;
    }

    /** Ends a command with nothing more to say. */
    public static CtlException quiet(int exit) {
        return new CtlException(exit, "");
    }

    static CtlException badArguments(String message) {
        return new CtlException(BAD_ARGUMENTS, message);
    }

    @Override
    public String getMessage() {
        return message;
    }

    public int exit() {
        return exit;
    }
}
