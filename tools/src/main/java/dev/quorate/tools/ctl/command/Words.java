package dev.quorate.tools.ctl.command;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lines on standard input, cut into words: plain, in single quotes as they stand, or in double quotes with Go's escapes. */
final class Words {
    private final String line;
    private int at;

    private Words(String line) {
        this.line = line;
    }

    static List<String> of(String line) {
        Words words = new Words(line);
        List<String> found = new ArrayList<>();
        String word;
        while ((word = words.next()) != null) {
            found.add(word);
        }
        return found;
    }

    private @Nullable String next() {
        while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
            at++;
        }
        if (at == line.length()) {
            return null;
        }
        char first = line.charAt(at);
        if (first == '\'') {
            int end = line.indexOf('\'', at + 1);
            int stop = end < 0 ? line.length() : end;
            String word = line.substring(at + 1, stop);
            at = Math.min(line.length(), stop + 1);
            return word;
        }
        if (first == '"') {
            int[] end = new int[1];
            String word = unquote(line, at, end);
            if (word != null) {
                at = end[0];
                return word;
            }
        }
        int start = at;
        while (at < line.length() && !Character.isWhitespace(line.charAt(at))) {
            at++;
        }
        return line.substring(start, at);
    }

    /**
     * Reads a text in Go's double quotes.
     *
     * @param end set to the place behind the closing quote
     * @return null if it is none
     */
    static @Nullable String unquote(String text, int from, int[] end) {
        if (from >= text.length() || text.charAt(from) != '"') {
            return null;
        }
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        int i = from + 1;
        while (i < text.length()) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == '"') {
                end[0] = i;
                byte[] word = octets.toByteArray();
                return RawArguments.text(word, 0, word.length);
            }
            if (c == '\\') {
                if (i >= text.length()) {
                    return null;
                }
                int used = escape(text, i, octets);
                if (used == 0) {
                    return null;
                }
                i += used;
            } else {
                octets.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        return null;
    }

    /** Reads what follows a backslash, and returns how many characters that was; 0 if it is no escape. */
    private static int escape(String text, int at, ByteArrayOutputStream out) {
        char kind = text.charAt(at);
        int plain =
                switch (kind) {
                    case 'a' -> 7;
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    case 'v' -> 11;
                    case '\\' -> '\\';
                    case '"' -> '"';
                    default -> -1;
                };
        if (plain >= 0) {
            out.write(plain);
            return 1;
        }
        int digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
        boolean octal = kind >= '0' && kind <= '7';
        int start = octal ? at : at + 1;
        int length = octal ? 3 : digits;
        if (length == 0 || start + length > text.length()) {
            return 0;
        }
        int value;
        try {
            value = Integer.parseInt(text.substring(start, start + length), octal ? 8 : 16);
        } catch (NumberFormatException e) {
            return 0;
        }
        if (octal || kind == 'x') {
            out.write(value);
        } else if (Character.isValidCodePoint(value)) {
            out.writeBytes(Character.toString(value).getBytes(StandardCharsets.UTF_8));
        } else {
            return 0;
        }
        return start + length - at;
    }
}
