package dev.quorate.tools.ctl.print;

/** A format that cannot show an answer; the work has been done all the same. */
public final class UnsupportedFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsupportedFormatException(String format) {
        super(format + " not supported as output format", null, false, false);
    }
}
