package dev.quorate.tools.command;

/** What a command does. */
@FunctionalInterface
public interface Action {
    /**
     * Runs to the end of the command.
     *
     * @return the exit code of the program
     * @throws ExitException to end with an error line and its code
     * @throws UsageException if the words do not fit the command
     */
    int run(Invocation invocation) throws ExitException, UsageException;
}
