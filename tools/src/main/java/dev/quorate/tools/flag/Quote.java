package dev.quorate.tools.flag;

import java.nio.charset.StandardCharsets;

/** Text between double quotes as Go writes it ({@code %q}). */
public final class Quote {
    private static final String HEX = "0123456789abcdef";

    private Quote() {}

    public static String go(String text) {
        return go(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Octets that need not be UTF-8. */
    public static String go(byte[] text) {
        StringBuilder out = new StringBuilder(text.length + 2).append('"');
        int at = 0;
        while (at < text.length) {
            int length = sequence(text, at);
            if (length == 0) {
                octet(out.append("\\x"), text[at] & 0xff);
                at++;
            } else {
                String one = new String(text, at, length, StandardCharsets.UTF_8);
                rune(out, one.codePointAt(0), one);
                at += length;
            }
        }
        return out.append('"').toString();
    }

    private static void rune(StringBuilder out, int rune, String shown) {
        switch (rune) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case 0x07 -> out.append("\\a");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case 0x0b -> out.append("\\v");
            default -> {
                if (isPrintable(rune)) {
                    out.append(shown);
                } else if (rune < ' ' || rune == 0x7f) {
                    octet(out.append("\\x"), rune);
                } else if (rune < 0x10000) {
                    octet(out.append("\\u"), rune >> 8);
                    octet(out, rune & 0xff);
                } else {
                    octet(out.append("\\U"), rune >> 24);
                    octet(out, (rune >> 16) & 0xff);
                    octet(out, (rune >> 8) & 0xff);
                    octet(out, rune & 0xff);
                }
            }
        }
    }

    private static void octet(StringBuilder out, int value) {
        out.append(HEX.charAt(value >> 4)).append(HEX.charAt(value & 15));
    }

    private static boolean isPrintable(int rune) {
        if (rune < 0x7f) {
            return rune >= ' ';
        }
        return switch (Character.getType(rune)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR ->
                    false;
            default -> true;
        };
    }

    /** How many octets form one character of UTF-8 at that place; 0 if they form none. */
    public static int sequence(byte[] text, int at) {
        int first = text[at] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (first < 0xc2 || first > 0xf4 || at + length > text.length) {
            return 0;
        }
        int rune = first & (0x7f >> length);
        for (int i = 1; i < length; i++) {
            int next = text[at + i] & 0xff;
            if ((next & 0xc0) != 0x80) {
                return 0;
            }
            rune = (rune << 6) | (next & 0x3f);
        }
        boolean overlong = (length == 3 && rune < 0x800) || (length == 4 && rune < 0x10000);
        boolean surrogate = rune >= 0xd800 && rune < 0xe000;
        return overlong || surrogate || rune > 0x10ffff ? 0 : length;
    }
}
