package dev.quorate.log;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/** Durations in Go's notation: {@code 1h30m0s}, {@code 1.5s}, {@code 100ms}, {@code 0s}. The range is that of 64-bit nanoseconds. */
public final class GoDuration {
    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000_000_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;

    private GoDuration() {}

    /** The text that Go prints for a duration. */
    public static String format(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos == 0) {
            return "0s";
        }
        String sign = nanos < 0 ? "-" : "";
        long rest = Math.absExact(nanos);
        if (rest < MICRO) {
            return sign + rest + "ns";
        }
        if (rest < MILLI) {
            return sign + decimal(rest, 3) + "µs";
        }
        if (rest < SECOND) {
            return sign + decimal(rest, 6) + "ms";
        }
        StringBuilder out = new StringBuilder(sign);
        if (rest >= HOUR) {
            out.append(rest / HOUR).append('h');
        }
        if (rest >= MINUTE) {
            out.append(rest % HOUR / MINUTE).append('m');
        }
        return out.append(decimal(rest % MINUTE, 9)).append('s').toString();
    }

    private static String decimal(long value, int scale) {
        BigDecimal number = BigDecimal.valueOf(value, scale).stripTrailingZeros();
        return number.toPlainString();
    }

    /** The duration that Go reads from a text such as {@code 1h30m}, {@code 1.5s}, {@code -2ms} or {@code 0}; empty if it would refuse. */
    public static Optional<Duration> parse(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        if (rest.isEmpty()) {
            return Optional.empty();
        }
        BigDecimal nanos = BigDecimal.ZERO;
        int at = 0;
        while (at < rest.length()) {
            int number = at;
            while (at < rest.length() && isNumeral(rest.charAt(at))) {
                at++;
            }
            int unit = at;
            while (at < rest.length() && !isNumeral(rest.charAt(at))) {
                at++;
            }
            Optional<BigDecimal> value = decimal(rest.substring(number, unit));
            long scale = unitNanos(rest.substring(unit, at));
            if (value.isEmpty() || scale == 0) {
                return Optional.empty();
            }
            nanos = nanos.add(value.get().multiply(BigDecimal.valueOf(scale)));
        }
        if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(negative ? -nanos.longValue() : nanos.longValue()));
    }

    private static boolean isNumeral(char c) {
        return c == '.' || (c >= '0' && c <= '9');
    }

    private static Optional<BigDecimal> decimal(String text) {
        int dots = (int) text.chars().filter(c -> c == '.').count();
        if (dots > 1 || text.length() == dots) {
            return Optional.empty();
        }
        return Optional.of(new BigDecimal(text.startsWith(".") ? "0" + text : text));
    }

    private static long unitNanos(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us", "µs", "μs" -> MICRO;
            case "ms" -> MILLI;
            case "s" -> SECOND;
            case "m" -> MINUTE;
            case "h" -> HOUR;
            default -> 0;
        };
    }
}
