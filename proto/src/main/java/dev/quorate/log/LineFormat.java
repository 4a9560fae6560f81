package dev.quorate.log;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/** The two encodings of a line; the names are the values of {@code --log-format}. Stateless. */
public enum LineFormat {
    /** One JSON object per line. */
    JSON,
    /** The parts between tabs, for human eyes. */
    CONSOLE;

    private static final int LINE_CHARS = 256;

    /** The format that a flag names; empty if there is none of that name. */
    public static Optional<LineFormat> parse(String text) {
        return switch (text) {
            case "json" -> Optional.of(JSON);
            case "console" -> Optional.of(CONSOLE);
            default -> Optional.empty();
        };
    }

    /** The line with its line feed. */
    public String encode(Line line, Instant time) {
        StringBuilder out = new StringBuilder(LINE_CHARS);
        switch (this) {
            case JSON -> json(line, time, out);
            case CONSOLE -> console(line, time, out);
        }
        return out.append('\n').toString();
    }

    private static void json(Line line, Instant time, StringBuilder out) {
        out.append("{\"level\":\"").append(line.level().text()).append("\",\"ts\":\"");
        time(time, out);
        out.append('"');
        FieldWriter fields = new FieldWriter(out, false);
        if (!line.logger().isEmpty()) {
            fields.field("logger", line.logger());
        }
        if (!line.caller().isEmpty()) {
            fields.field("caller", line.caller());
        }
        fields.field("msg", line.message());
        fields.fields(line.fields());
        FieldWriter.stack(line).ifPresent(stack -> fields.field("stacktrace", stack));
        out.append('}');
    }

    private static void console(Line line, Instant time, StringBuilder out) {
        time(time, out);
        out.append('\t').append(line.level().text());
        if (!line.logger().isEmpty()) {
            out.append('\t').append(line.logger());
        }
        if (!line.caller().isEmpty()) {
            out.append('\t').append(line.caller());
        }
        out.append('\t').append(line.message());
        if (line.fields().length > 0) {
            out.append('\t');
            new FieldWriter(out, true).object(line.fields());
        }
        FieldWriter.stack(line).ifPresent(stack -> out.append('\n').append(stack));
    }

    private static void time(Instant instant, StringBuilder out) {
        ZonedDateTime time = instant.atZone(ZoneOffset.UTC);
        digits(time.getYear(), 4, out).append('-');
        digits(time.getMonthValue(), 2, out).append('-');
        digits(time.getDayOfMonth(), 2, out).append('T');
        digits(time.getHour(), 2, out).append(':');
        digits(time.getMinute(), 2, out).append(':');
        digits(time.getSecond(), 2, out).append('.');
        digits(time.getNano() / 1000, 6, out).append('Z');
    }

    private static StringBuilder digits(int value, int width, StringBuilder out) {
        int start = out.length();
        out.append(value);
        while (out.length() - start < width) {
            out.insert(start, '0');
        }
        return out;
    }
}
