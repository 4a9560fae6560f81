package dev.quorate.tools.ctl.command;

import dev.quorate.tools.command.ExitCode;

/** The end of a command that failed: {@code Error: message} on standard error, and an exit code. */
public final class CtlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

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
        return new CtlException(ExitCode.BAD_ARGUMENTS, message);
    }

    @Override
    public String getMessage() {
        return message;
    }

    public int exit() {
        return exit;
    }
}
