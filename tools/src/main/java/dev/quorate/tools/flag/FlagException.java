package dev.quorate.tools.flag;

/** A command line that cannot be read; the message is one line in Go's words. */
public final class FlagException extends Exception {
    private static final long serialVersionUID = 1;

    public FlagException(String message) {
        super(message);
    }
}
