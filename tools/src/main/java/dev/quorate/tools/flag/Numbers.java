package dev.quorate.tools.flag;

import java.math.BigInteger;

/** Whole numbers as Go reads them with base 0: decimal, {@code 0x}, {@code 0o} or {@code 0}, {@code 0b}. */
public final class Numbers {
    private Numbers() {}

    /**
     * Reads a number of any size.
     *
     * @throws NumberFormatException if it is none
     */
    public static BigInteger parse(String text) {
        boolean negative = text.startsWith("-");
        String digits = negative || text.startsWith("+") ? text.substring(1) : text;
        if (digits.isEmpty() || !Character.isLetterOrDigit(digits.charAt(0))) {
            throw new NumberFormatException(text);
        }
        String lower = digits.toLowerCase(java.util.Locale.ROOT);
        BigInteger number;
        if (lower.startsWith("0x")) {
            number = unsigned(lower.substring(2), 16);
        } else if (lower.startsWith("0b")) {
            number = unsigned(lower.substring(2), 2);
        } else if (lower.startsWith("0o")) {
            number = unsigned(lower.substring(2), 8);
        } else if (lower.length() > 1 && lower.startsWith("0")) {
            number = unsigned(lower.substring(1), 8);
        } else {
            number = unsigned(lower, 10);
        }
        return negative ? number.negate() : number;
    }

    private static BigInteger unsigned(String digits, int radix) {
        if (digits.startsWith("-") || digits.startsWith("+")) {
            throw new NumberFormatException(digits);
        }
        return new BigInteger(digits, radix);
    }
}
