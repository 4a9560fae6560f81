package dev.quorate.tools.command;

/** A command line that cannot be read, in the words of the original. */
public final class LineException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String help;

    LineException(String message, String help) {
        super(message, null, false, false);
        this.help = help;
    }

    /** What follows the message on standard error. */
    String help() {
        return help;
    }
}
