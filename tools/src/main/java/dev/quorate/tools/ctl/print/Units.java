package dev.quorate.tools.ctl.print;

import java.util.Locale;

/** Sizes for people. */
final class Units {
    private static final String[] NAMES = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private Units() {}

    /** In steps of 1,000, with one decimal below ten: {@code 25 kB}, {@code 2.1 GB}. */
    static String bytes(long bytes) {
        if (bytes < 10) {
            return bytes + " B";
        }
        int unit = (int) Math.floor(Math.log(bytes) / Math.log(1000));
        double value = Math.floor(bytes / Math.pow(1000, unit) * 10 + 0.5) / 10;
        return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, NAMES[unit]);
    }

    /** How much of a file is not in use. */
    static String percentFree(long size, long inUse) {
        return size <= 0 ? "0%" : Math.round((size - inUse) * 100.0 / size) + "%";
    }
}
