package dev.quorate.tools.ctl.command;

import dev.quorate.tools.flag.Strconv;

/** Ids that users type in hexadecimal. */
final class HexIds {
    private HexIds() {}

    /**
     * A lease: a signed number.
     *
     * @param before what an error says before Go's words
     * @param after and behind them
     */
    static long parse(String text, String before, String after) {
        return read(text, before, after, true);
    }

    /** A member: an unsigned number. */
    static long parseUnsigned(String text, String before, String after) {
        return read(text, before, after, false);
    }

    private static long read(String text, String before, String after, boolean signed) {
        try {
            return signed ? Strconv.hex(text) : Strconv.unsignedHex(text);
        } catch (Strconv.NumException e) {
            throw CtlException.badArguments(before + e.getMessage() + after);
        }
    }
}
