package dev.quorate.tools.ctl.line;

/** A command line that cannot be read. The message is etcdctl's; the program prints it, then {@link #help}, and exits with 1. */
public final class LineException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String help;

    LineException(String message, String help) {
        super(message, null, false, false);
        this.help = help;
    }

    /** What follows the message on standard error. */
    public String help() {
        return help;
    }
}
