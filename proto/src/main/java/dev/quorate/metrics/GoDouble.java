package dev.quorate.metrics;

import java.math.BigDecimal;

/** Writes numbers as Go's {@code strconv.FormatFloat(v, 'g', -1, 64)} does: shortest digits, an exponent from 1e+06 on and below 1e-04. */
final class GoDouble {
    private static final int EXPONENT_FROM = 6;
    private static final int EXPONENT_BELOW = -4;

    private GoDouble() {}

    static String format(double value) {
        long whole = (long) value;
        if (whole == value && whole > -1_000_000 && whole < 1_000_000) {
            return Long.toString(whole);
        }
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        // Since JDK 19 Double.toString gives the shortest digits that read back as the same number.
        var decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        String digits = decimal.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - decimal.scale();
        String sign = value < 0 ? "-" : "";
        if (exponent < EXPONENT_BELOW || exponent >= EXPONENT_FROM) {
            return sign + scientific(digits, exponent);
        }
        return decimal.toPlainString();
    }

    private static String scientific(String digits, int exponent) {
        var text = new StringBuilder().append(digits.charAt(0));
        if (digits.length() > 1) {
            text.append('.').append(digits, 1, digits.length());
        }
        int size = Math.abs(exponent);
        text.append(exponent < 0 ? "e-" : "e+");
        if (size < 10) {
            text.append('0');
        }
        return text.append(size).toString();
    }
}
