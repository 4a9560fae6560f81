package dev.quorate.server;

import java.util.Locale;

/** Sizes for people, in the decimal units of etcd's log lines: {@code 25 kB}, {@code 2.1 GB}. */
final class Bytes {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    private static final double STEP = 1000;
    private static final double ONE_DIGIT_BELOW = 10;

    private Bytes() {}

    static String text(long bytes) {
        if (bytes < ONE_DIGIT_BELOW) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = 0;
        while (value >= STEP && unit < UNITS.length - 1) {
            value /= STEP;
            unit++;
        }
        double rounded = Math.floor(value * 10 + 0.5) / 10;
        return rounded < ONE_DIGIT_BELOW
                ? String.format(Locale.ROOT, "%.1f %s", rounded, UNITS[unit])
                : String.format(Locale.ROOT, "%.0f %s", rounded, UNITS[unit]);
    }
}
