package dev.quorate.tools.flag;

import java.math.BigInteger;

/** Values as the package {@code strconv} of Go reads them. Its readers of flags say what was wrong in different words; the rules are these. */
public final class Strconv {
    private static final BigInteger INT_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger INT_MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger UINT_MAX =
            BigInteger.TWO.pow(Long.SIZE).subtract(BigInteger.ONE);

    private Strconv() {}

    /** A value that cannot be read. The message is that of Go's {@code NumError}. */
    public static final class NumException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;
        private final boolean range;

        private NumException(String function, String value, boolean range) {
            super(
                    "strconv."
                            + function
                            + ": parsing "
                            + Quote.go(value)
                            + (range ? ": value out of range" : ": invalid syntax"));
            this.range = range;
        }

        /** Whether it is a number, but too large or too small. */
        public boolean isRange() {
            return range;
        }
    }

    /** {@code "true"} or {@code "false"}. */
    public static String bool(String value) {
        return switch (value) {
            case "1", "t", "T", "true", "TRUE", "True" -> "true";
            case "0", "f", "F", "false", "FALSE", "False" -> "false";
            default -> throw new NumException("ParseBool", value, false);
        };
    }

    /** A signed number of 64 bits in any base that a prefix names, in decimal. */
    public static String integer(String value) {
        return number("ParseInt", value, INT_MIN, INT_MAX);
    }

    /** An unsigned number of 64 bits in any base that a prefix names, in decimal. */
    public static String unsigned(String value) {
        return unsigned(value, UINT_MAX);
    }

    /** An unsigned number of fewer bits. */
    public static String unsigned(String value, BigInteger max) {
        if (value.startsWith("-") || value.startsWith("+")) {
            throw new NumException("ParseUint", value, false);
        }
        return number("ParseUint", value, BigInteger.ZERO, max);
    }

    /** A signed number in hexadecimal, without a prefix. */
    public static long hex(String value) {
        try {
            return Long.parseLong(value, 16);
        } catch (NumberFormatException e) {
            throw new NumException("ParseInt", value, value.matches("[+-]?[0-9a-fA-F]+"));
        }
    }

    /** An unsigned number in hexadecimal, without a prefix or sign. */
    public static long unsignedHex(String value) {
        try {
            if (!value.startsWith("+")) {
                return Long.parseUnsignedLong(value, 16);
            }
        } catch (NumberFormatException e) {
            throw new NumException("ParseUint", value, value.matches("[0-9a-fA-F]+"));
        }
        throw new NumException("ParseUint", value, false);
    }

    private static String number(String function, String value, BigInteger min, BigInteger max) {
        BigInteger number;
        try {
            number = Numbers.parse(value);
        } catch (NumberFormatException e) {
            throw new NumException(function, value, false);
        }
        if (number.compareTo(min) < 0 || number.compareTo(max) > 0) {
            throw new NumException(function, value, true);
        }
        return number.toString();
    }
}
