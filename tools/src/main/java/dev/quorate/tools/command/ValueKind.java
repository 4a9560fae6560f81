package dev.quorate.tools.command;

import dev.quorate.log.GoDuration;
import dev.quorate.tools.flag.Numbers;
import java.math.BigInteger;

/** What an option takes. Values are kept as text in a canonical form. */
public enum ValueKind {
    BOOL("", "false") {
        @Override
        String check(String value) {
            return switch (value) {
                case "1", "t", "T", "true", "TRUE", "True" -> "true";
                case "0", "f", "F", "false", "FALSE", "False" -> "false";
                default ->
                        throw new IllegalArgumentException(
                                "strconv.ParseBool: parsing \"" + value + "\": invalid syntax");
            };
        }
    },
    STRING("string", "") {
        @Override
        String check(String value) {
            return value;
        }
    },
    STRINGS("strings", "") {
        @Override
        String check(String value) {
            return value;
        }
    },
    INT("int", "0") {
        @Override
        String check(String value) {
            return number("strconv.ParseInt", value, LEAST, GREATEST);
        }
    },
    UINT("uint", "0") {
        @Override
        String check(String value) {
            return number("strconv.ParseUint", value, BigInteger.ZERO, GREATEST_UNSIGNED);
        }
    },
    DURATION("duration", "0s") {
        @Override
        String check(String value) {
            return GoDuration.parse(value)
                    .map(GoDuration::format)
                    .orElseThrow(() -> new IllegalArgumentException(DurationText.problem(value)));
        }
    };

    private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger GREATEST = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger GREATEST_UNSIGNED =
            BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);

    /** The word for a value in help texts. */
    private final String word;

    private final String zero;

    ValueKind(String word, String zero) {
        this.word = word;
        this.zero = zero;
    }

    /**
     * The value in the form in which it is kept.
     *
     * @throws IllegalArgumentException in the words of Go's parsers
     */
    abstract String check(String value);

    String word() {
        return word;
    }

    /** What the help says of a default; nothing if it is the kind's zero. */
    String defaultText(String initial) {
        if (initial.equals(zero)) {
            return "";
        }
        return switch (this) {
            case STRING -> " (default \"" + initial + "\")";
            case STRINGS -> " (default [" + initial + "])";
            case BOOL, INT, UINT, DURATION -> " (default " + initial + ")";
        };
    }

    private static String number(String parser, String value, BigInteger min, BigInteger max) {
        BigInteger number;
        try {
            number = Numbers.parse(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    parser + ": parsing \"" + value + "\": invalid syntax", e);
        }
        if (min.signum() == 0 && (value.startsWith("-") || value.startsWith("+"))) {
            throw new IllegalArgumentException(
                    parser + ": parsing \"" + value + "\": invalid syntax");
        }
        if (number.compareTo(min) < 0 || number.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    parser + ": parsing \"" + value + "\": value out of range");
        }
        return number.toString();
    }
}
