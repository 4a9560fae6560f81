package dev.quorate.tools.ctl.line;

import dev.quorate.log.GoDuration;
import dev.quorate.tools.command.DurationText;
import dev.quorate.tools.flag.Numbers;
import java.math.BigInteger;
import java.time.Duration;

/** Reads values as Go does, and refuses them in its words. */
final class Kinds {
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger UNSIGNED_MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    private Kinds() {}

    /** The value in the form in which it is kept. */
    static String check(Kind kind, String value) {
        return switch (kind) {
            case STRING, STRINGS -> value;
            case BOOL -> bool(value);
            case INT -> integer("ParseInt", value, MIN, MAX);
            case UINT -> integer("ParseUint", value, BigInteger.ZERO, UNSIGNED_MAX);
            case DURATION -> GoDuration.format(duration(value));
        };
    }

    private static String bool(String value) {
        return switch (value) {
            case "1", "t", "T", "true", "TRUE", "True" -> "true";
            case "0", "f", "F", "false", "FALSE", "False" -> "false";
            default ->
                    throw new IllegalArgumentException(
                            "strconv.ParseBool: parsing " + Quote.go(value) + ": invalid syntax");
        };
    }

    private static String integer(String function, String value, BigInteger min, BigInteger max) {
        String start = "strconv." + function + ": parsing " + Quote.go(value) + ": ";
        BigInteger number;
        try {
            number = Numbers.parse(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(start + "invalid syntax", e);
        }
        if (min.signum() == 0 && (value.startsWith("-") || value.startsWith("+"))) {
            throw new IllegalArgumentException(start + "invalid syntax");
        }
        if (number.compareTo(min) < 0 || number.compareTo(max) > 0) {
            throw new IllegalArgumentException(start + "value out of range");
        }
        return number.toString();
    }

    static Duration duration(String value) {
        return GoDuration.parse(value)
                .orElseThrow(() -> new IllegalArgumentException(DurationText.problem(value)));
    }
}
