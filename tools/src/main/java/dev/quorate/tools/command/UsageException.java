package dev.quorate.tools.command;

/** Words that do not fit the command; the program prints the command's usage below the message and exits with 1. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    public UsageException(String message) {
        super(message);
    }
}
