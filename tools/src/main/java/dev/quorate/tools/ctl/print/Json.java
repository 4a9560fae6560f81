package dev.quorate.tools.ctl.print;

import com.google.protobuf.ByteString;
import java.util.Base64;
import java.util.List;

/** Writes JSON as Go's encoder does: no spaces, octets in base64, and fields of messages left out when they are zero. */
final class Json {
    private final StringBuilder out = new StringBuilder();
    private boolean first = true;

    Json begin() {
        out.append('{');
        first = true;
        return this;
    }

    Json end() {
        out.append('}');
        first = false;
        return this;
    }

    Json beginList() {
        out.append('[');
        first = true;
        return this;
    }

    Json endList() {
        out.append(']');
        first = false;
        return this;
    }

    /** Begins the next element of a list. */
    Json next() {
        if (!first) {
            out.append(',');
        }
        first = false;
        return this;
    }

    Json name(String name) {
        next();
        out.append('"').append(name).append("\":");
        return this;
    }

    /** A signed number that is there even if it is zero. */
    Json always(String name, long value) {
        name(name);
        out.append(value);
        return this;
    }

    Json number(String name, long value) {
        return value == 0 ? this : always(name, value);
    }

    Json unsigned(String name, long value) {
        if (value != 0) {
            name(name);
            out.append(Long.toUnsignedString(value));
        }
        return this;
    }

    /** A text that is there even if it is empty. */
    Json alwaysText(String name, String value) {
        name(name);
        return text(value);
    }

    Json text(String name, String value) {
        return value.isEmpty() ? this : alwaysText(name, value);
    }

    Json bool(String name, boolean value) {
        return value ? alwaysBool(name, true) : this;
    }

    Json alwaysBool(String name, boolean value) {
        name(name);
        out.append(value);
        return this;
    }

    Json octets(String name, ByteString value) {
        if (!value.isEmpty()) {
            name(name);
            octets(value);
        }
        return this;
    }

    Json octets(ByteString value) {
        out.append('"').append(Base64.getEncoder().encodeToString(value.toByteArray())).append('"');
        return this;
    }

    Json texts(String name, List<String> values) {
        if (!values.isEmpty()) {
            name(name).beginList();
            for (String value : values) {
                next().text(value);
            }
            endList();
        }
        return this;
    }

    Json raw(String value) {
        out.append(value);
        return this;
    }

    Json text(String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '<', '>', '&', '\u2028', '\u2029' -> unicode(c);
                default -> {
                    if (c < ' ') {
                        unicode(c);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
        return this;
    }

    private void unicode(char c) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(Character.forDigit((c >> shift) & 15, 16));
        }
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
