package dev.quorate.tools.command;

/** What etcd's tools end with. */
public final class ExitCode {
    /** Any error, of the server's above all. */
    public static final int ERROR = 1;

    /** No client could be made, or a stream could not be opened. */
    public static final int BAD_CONNECTION = 2;

    /** Text on standard input that is no transaction or command. */
    public static final int INVALID_INPUT = 3;

    /** A combination of flags that does not exist. */
    public static final int BAD_FEATURE = 4;

    public static final int INTERRUPTED = 5;

    public static final int BAD_ARGUMENTS = 128;

    private ExitCode() {}
}
