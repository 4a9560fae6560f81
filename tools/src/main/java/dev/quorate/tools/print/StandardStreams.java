package dev.quorate.tools.print;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Standard output and error of a program that runs one command and ends. */
public final class StandardStreams {
    /** What a shell reports of a program that wrote into a closed pipe: 128 plus the number of SIGPIPE. */
    public static final int CLOSED_PIPE = 141;

    private static final int BUFFER_BYTES = 8192;

    private final PrintStream out;
    private final PrintStream err;

    /** The streams of this process, in UTF-8. */
    public StandardStreams() {
        out =
                new PrintStream(
                        new BufferedOutputStream(
                                new FileOutputStream(FileDescriptor.out), BUFFER_BYTES),
                        false,
                        StandardCharsets.UTF_8);
        err =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    }

    /** Standard output, buffered: whoever wants a reader to see a line at once flushes it. */
    public PrintStream out() {
        return out;
    }

    public PrintStream err() {
        return err;
    }

    /** A program: takes its arguments and returns its exit code. */
    @FunctionalInterface
    public interface Program {
        int run(List<String> arguments);
    }

    /** Runs a program and ends the process; one whose output nobody reads ends as if SIGPIPE had ended it. */
    public void runAndExit(Program program, String[] arguments) {
        int code = program.run(List.of(arguments));
        boolean closed = out.checkError();
        err.flush();
        Runtime.getRuntime().halt(closed ? CLOSED_PIPE : code);
    }
}
