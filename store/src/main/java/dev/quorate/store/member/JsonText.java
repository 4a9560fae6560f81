package dev.quorate.store.member;

import java.util.List;

/**
 * Texts in JSON as Go's encoder writes them. The bytes matter: members of a new cluster each write the first entries of the log for
 * themselves, and they must be the same.
 */
public final class JsonText {
    private static final char FIRST_PRINTABLE = ' ';

    private JsonText() {}

    /** A text in quotes. */
    public static String quoted(String text) {
        StringBuilder to = new StringBuilder();
        quote(to, text);
        return to.toString();
    }

    /** An array of texts. */
    public static String quoted(List<String> texts) {
        StringBuilder to = new StringBuilder();
        quote(to, texts);
        return to.toString();
    }

    /** Appends a text in quotes. */
    static void quote(StringBuilder to, String text) {
        to.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> to.append('\\').append(c);
                case '\n' -> to.append("\\n");
                case '\r' -> to.append("\\r");
                case '\t' -> to.append("\\t");
                case '<', '>', '&', '\u2028', '\u2029' -> unicode(to, c);
                default -> {
                    if (c < FIRST_PRINTABLE) {
                        unicode(to, c);
                    } else {
                        to.append(c);
                    }
                }
            }
        }
        to.append('"');
    }

    /** Appends an array of texts. */
    static void quote(StringBuilder to, List<String> texts) {
        to.append('[');
        for (int i = 0; i < texts.size(); i++) {
            if (i > 0) {
                to.append(',');
            }
            quote(to, texts.get(i));
        }
        to.append(']');
    }

    private static void unicode(StringBuilder to, char c) {
        to.append("\\u").append("%04x".formatted((int) c));
    }
}
