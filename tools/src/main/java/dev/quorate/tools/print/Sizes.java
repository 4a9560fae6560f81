package dev.quorate.tools.print;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Sizes for human eyes, in powers of 1000: {@code 20 kB}, {@code 2.1 MB}. */
public final class Sizes {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    private static final int STEP = 1000;
    private static final int EXACT_BELOW = 10;

    private Sizes() {}

    /** A size that is not negative. */
    public static String text(long bytes) {
        if (bytes < EXACT_BELOW) {
            return bytes + " B";
        }
        int unit = 0;
        BigDecimal divisor = BigDecimal.ONE;
        BigDecimal step = BigDecimal.valueOf(STEP);
        while (BigDecimal.valueOf(bytes).compareTo(divisor.multiply(step)) >= 0) {
            divisor = divisor.multiply(step);
            unit++;
        }
        // Rounded to tenths first, and a whole number is shown if that is ten or more.
        BigDecimal value = BigDecimal.valueOf(bytes).divide(divisor, 1, RoundingMode.HALF_UP);
        int places = value.compareTo(BigDecimal.TEN) < 0 ? 1 : 0;
        return value.setScale(places, RoundingMode.HALF_EVEN) + " " + UNITS[unit];
    }
}
