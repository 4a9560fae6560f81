package dev.quorate.tools.ctl.command;

import dev.quorate.tools.ctl.line.Quote;

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
        return read("ParseInt", text, before, after, true);
    }

    /** A member: an unsigned number. */
    static long parseUnsigned(String text, String before, String after) {
        return read("ParseUint", text, before, after, false);
    }

    private static long read(
            String function, String text, String before, String after, boolean signed) {
        String why = "invalid syntax";
        try {
            boolean plain = signed || (!text.startsWith("+") && !text.startsWith("-"));
            if (plain && !text.isEmpty()) {
                return signed ? Long.parseLong(text, 16) : Long.parseUnsignedLong(text, 16);
            }
        } catch (NumberFormatException e) {
            if (text.matches("[+-]?[0-9a-fA-F]+")) {
                why = "value out of range";
            }
        }
        throw CtlException.badArguments(
                before
                        + "strconv."
                        + function
                        + ": parsing "
                        + Quote.go(text)
                        + ": "
                        + why
                        + after);
    }
}
