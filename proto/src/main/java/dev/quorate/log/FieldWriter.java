package dev.quorate.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Array;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Appends keys and values as JSON. Not thread-safe: one per line. */
final class FieldWriter {
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder out;
    private final String comma;
    private final String colon;

    /**
     * @param spaced whether a blank follows commas and colons, as in the console form
     */
    FieldWriter(StringBuilder out, boolean spaced) {
        this.out = out;
        this.comma = spaced ? ", " : ",";
        this.colon = spaced ? "\": " : "\":";
    }

    /** The stack of the last exception among the fields of a line that is urgent enough to show one. */
    static Optional<String> stack(Line line) {
        if (line.level().compareTo(Level.ERROR) < 0) {
            return Optional.empty();
        }
        Object[] fields = line.fields();
        for (int i = fields.length - 1; i >= 0; i--) {
            if (fields[i] instanceof Throwable throwable) {
                StringWriter text = new StringWriter();
                throwable.printStackTrace(new PrintWriter(text, true));
                return Optional.of(text.toString().strip());
            }
        }
        return Optional.empty();
    }

    void object(Object[] fields) {
        out.append('{');
        fields(fields);
        out.append('}');
    }

    /** Alternating keys and values; a last key without a value is written with {@code null}, so that no line is lost. */
    void fields(@Nullable Object[] fields) {
        for (int i = 0; i < fields.length; i += 2) {
            field(String.valueOf(fields[i]), i + 1 < fields.length ? fields[i + 1] : null);
        }
    }

    void field(String key, @Nullable Object value) {
        if (out.length() > 0 && out.charAt(out.length() - 1) != '{') {
            out.append(comma);
        }
        out.append('"');
        escape(key);
        out.append(colon);
        value(value);
    }

    private void value(@Nullable Object value) {
        switch (value) {
            case null -> out.append("null");
            case Boolean flag -> out.append(flag.booleanValue());
            case Double number -> decimal(number);
            case Float number -> decimal(number.doubleValue());
            case Number number -> out.append(number);
            case Duration duration -> string(GoDuration.format(duration));
            case Throwable throwable -> string(message(throwable));
            case Map<?, ?> map -> map(map);
            case Iterable<?> items when !(value instanceof java.nio.file.Path) -> array(items);
            case Object[] items -> array(java.util.Arrays.asList(items));
            case Object other when other.getClass().isArray() -> primitives(other);
            case Object other -> string(String.valueOf(other));
        }
    }

    private void decimal(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            string(String.valueOf(number));
        } else if (number == Math.rint(number) && Math.abs(number) < 1e15) {
            out.append((long) number);
        } else {
            out.append(number);
        }
    }

    private static String message(Throwable throwable) {
        String message = throwable.getMessage();
        return message == null || message.isEmpty()
                ? throwable.getClass().getSimpleName()
                : message;
    }

    private void map(Map<?, ?> map) {
        out.append('{');
        map.forEach((key, value) -> field(String.valueOf(key), value));
        out.append('}');
    }

    private void array(Iterable<?> items) {
        out.append('[');
        boolean first = true;
        for (Object item : items) {
            if (!first) {
                out.append(comma);
            }
            first = false;
            value(item);
        }
        out.append(']');
    }

    private void primitives(Object array) {
        out.append('[');
        for (int i = 0; i < Array.getLength(array); i++) {
            if (i > 0) {
                out.append(comma);
            }
            value(Array.get(array, i));
        }
        out.append(']');
    }

    private void string(String text) {
        out.append('"');
        escape(text);
        out.append('"');
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ') {
                        out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
                    } else if (Character.isSurrogate(c) && !isPaired(text, i)) {
                        out.append("\\ufffd");
                    } else {
                        out.append(c);
                    }
                }
            }
        }
    }

    private static boolean isPaired(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
}
