package dev.quorate.store.member;

import dev.quorate.storage.CorruptionException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * As much JSON as member records need. Objects become maps, arrays lists; integers become longs (unsigned ones by their bits); anything else
 * that is a number is refused. {@link JsonText} writes.
 */
public final class Json {
    private static final int MAX_DEPTH = 32;
    private static final int HEX_DIGITS = 4;
    private static final int HEX = 16;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /**
     * Reads an object.
     *
     * @throws CorruptionException if it is none
     */
    public static Map<String, Object> object(byte[] utf8) {
        Json json = new Json(new String(utf8, StandardCharsets.UTF_8));
        Object value = json.value(0);
        json.space();
        if (json.at != json.text.length() || !(value instanceof Map<?, ?> map)) {
            throw json.bad("an object and nothing else was expected");
        }
        TreeMap<String, Object> fields = new TreeMap<>();
        map.forEach((name, field) -> fields.put((String) name, field));
        return fields;
    }

    /** Reads a list of objects. */
    static List<Map<String, Object>> objects(byte[] utf8) {
        // One more level around it is the same text to the reader.
        String wrapped = "{\"\":" + new String(utf8, StandardCharsets.UTF_8) + "}";
        Object list = object(wrapped.getBytes(StandardCharsets.UTF_8)).get("");
        List<Map<String, Object>> objects = new ArrayList<>();
        if (list instanceof List<?> items) {
            for (Object item : items) {
                if (item instanceof Map<?, ?> map) {
                    TreeMap<String, Object> fields = new TreeMap<>();
                    map.forEach((name, field) -> fields.put((String) name, field));
                    objects.add(fields);
                }
            }
        }
        return objects;
    }

    /** A field that holds text; empty if it is missing. */
    public static String text(Map<String, Object> object, String field) {
        return object.get(field) instanceof String s ? s : "";
    }

    /** A field that holds an integer; 0 if it is missing. */
    public static long number(Map<String, Object> object, String field) {
        return object.get(field) instanceof Long n ? n : 0;
    }

    /** A field that holds a truth value; false if it is missing. */
    public static boolean flag(Map<String, Object> object, String field) {
        return object.get(field) instanceof Boolean b && b;
    }

    /** A field that holds a list of texts; empty if it is missing. */
    static List<String> texts(Map<String, Object> object, String field) {
        List<String> result = new ArrayList<>();
        if (object.get(field) instanceof List<?> list) {
            for (Object item : list) {
                result.add(String.valueOf(item));
            }
        }
        return result;
    }

    /** A field that holds a list of integers; empty if it is missing. */
    static List<Long> numbers(Map<String, Object> object, String field) {
        List<Long> result = new ArrayList<>();
        if (object.get(field) instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof Long n) {
                    result.add(n);
                }
            }
        }
        return result;
    }

    private @Nullable Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw bad("nested too deeply");
        }
        space();
        return switch (peek()) {
            case '{' -> objectValue(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> integer();
        };
    }

    private Map<String, @Nullable Object> objectValue(int depth) {
        TreeMap<String, @Nullable Object> fields = new TreeMap<>();
        at++;
        space();
        if (peek() == '}') {
            at++;
            return fields;
        }
        while (true) {
            space();
            String name = string();
            space();
            expect(':');
            Object field = value(depth + 1);
            if (field != null) {
                fields.put(name, field);
            }
            space();
            if (peek() == '}') {
                at++;
                return fields;
            }
            expect(',');
        }
    }

    private List<@Nullable Object> array(int depth) {
        List<@Nullable Object> items = new ArrayList<>();
        at++;
        space();
        if (peek() == ']') {
            at++;
            return items;
        }
        while (true) {
            items.add(value(depth + 1));
            space();
            if (peek() == ']') {
                at++;
                return items;
            }
            expect(',');
        }
    }

    private String string() {
        expect('"');
        StringBuilder result = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(at++);
            result.append(c == '\\' ? escaped() : c);
        }
        at++;
        return result.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case '"', '\\', '/' -> c;
            case 'u' -> unicode();
            default -> throw bad("unknown escape");
        };
    }

    private char unicode() {
        if (text.length() - at < HEX_DIGITS) {
            throw bad("cut off");
        }
        try {
            int code = Integer.parseInt(text, at, at + HEX_DIGITS, HEX);
            at += HEX_DIGITS;
            return (char) code;
        } catch (NumberFormatException e) {
            throw bad("four hexadecimal digits expected");
        }
    }

    private Long integer() {
        int from = at;
        while (at < text.length() && "+-0123456789.eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(from, at);
        try {
            return digits.startsWith("-") ? Long.parseLong(digits) : Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            throw bad("an integer was expected");
        }
    }

    private @Nullable Object word(String word, @Nullable Object meaning) {
        if (!text.startsWith(word, at)) {
            throw bad("unknown word");
        }
        at += word.length();
        return meaning;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw bad("cut off");
        }
        return text.charAt(at);
    }

    private void expect(char c) {
        if (peek() != c) {
            throw bad("'" + c + "' was expected");
        }
        at++;
    }

    private CorruptionException bad(String what) {
        return new CorruptionException("JSON of a member record, at character " + at + ": " + what);
    }
}
