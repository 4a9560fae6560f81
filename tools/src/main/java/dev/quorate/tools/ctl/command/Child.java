package dev.quorate.tools.ctl.command;

import dev.quorate.tools.command.ExitCode;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs another program in this one's place: same output, nothing on its standard input. */
final class Child {
    /** What {@link #problem} says of a program that a Ctrl-C ended. */
    static final String INTERRUPTED = "signal: interrupt";

    private static final int KILLED = 255;

    private Child() {}

    /**
     * Runs it to its end.
     *
     * @param more variables beside those of this program
     * @return its exit code
     * @throws CtlException if there is no such program
     */
    static int run(List<String> command, Map<String, String> more, boolean withInput) {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(more);
        if (!withInput) {
            builder.redirectInput(new File("/dev/null"));
        }
        try {
            return builder.start().waitFor();
        } catch (IOException e) {
            throw new CtlException(
                    ExitCode.ERROR,
                    "exec: \""
                            + command.getFirst()
                            + "\": "
                            + (command.getFirst().indexOf('/') < 0
                                    ? "executable file not found in $PATH"
                                    : "no such file or directory"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CtlException(ExitCode.INTERRUPTED, "context canceled");
        }
    }

    /** Runs it to its end without input; null if it ended well, otherwise how it did not. */
    static @Nullable String problem(List<String> command, Map<String, String> more) {
        try {
            int code = run(command, more, false);
            return code == 0 ? null : status(code);
        } catch (CtlException e) {
            return e.getMessage();
        }
    }

    /** How Go tells of an exit code that is not zero. */
    static String status(int code) {
        String signal = signal(code);
        return signal == null ? "exit status " + code : "signal: " + signal;
    }

    /** The code with which to end after another program: its own, or Go's -1 if a signal ended it. */
    static int exit(int code) {
        return signal(code) == null ? code : KILLED;
    }

    private static @Nullable String signal(int code) {
        return switch (code) {
            case 128 + 2 -> "interrupt";
            case 128 + 9 -> "killed";
            case 128 + 15 -> "terminated";
            default -> null;
        };
    }
}
