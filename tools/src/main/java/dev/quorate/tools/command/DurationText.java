package dev.quorate.tools.command;

import java.util.Set;

/** Says what is wrong with a duration, in the words of Go's parser. */
public final class DurationText {
    private static final Set<String> UNITS = Set.of("ns", "us", "µs", "μs", "ms", "s", "m", "h");

    private DurationText() {}

    /** What is wrong with a text that is no duration. */
    public static String problem(String value) {
        int at = value.startsWith("-") || value.startsWith("+") ? 1 : 0;
        while (at < value.length()) {
            int number = at;
            while (at < value.length() && isOfNumber(value.charAt(at))) {
                at++;
            }
            if (at == number) {
                break;
            }
            int unit = at;
            while (at < value.length() && !isOfNumber(value.charAt(at))) {
                at++;
            }
            if (at == unit) {
                return "time: missing unit in duration \"" + value + "\"";
            }
            String word = value.substring(unit, at);
            if (!UNITS.contains(word)) {
                return "time: unknown unit \"" + word + "\" in duration \"" + value + "\"";
            }
        }
        return "time: invalid duration \"" + value + "\"";
    }

    private static boolean isOfNumber(char c) {
        return c == '.' || (c >= '0' && c <= '9');
    }
}
