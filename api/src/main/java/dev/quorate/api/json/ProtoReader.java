package dev.quorate.api.json;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns one JSON value, whose syntax {@link JsonScanner} has checked, into a message. Errors name the place and the field as Go's
 * protojson does. Used once, by one thread.
 */
final class ProtoReader {
    private static final int MAX_INTEGER_DIGITS = 20;

    /** Longer numbers are refused before they are computed with. */
    private static final int MAX_NUMBER_LENGTH = 100;

    private static final BigInteger MAX_UINT64 =
            BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private final String text;
    private int at;

    private ProtoReader(String text) {
        this.text = text;
    }

    /** Reads a message of the type of {@code empty}. */
    @SuppressWarnings("unchecked")
    static <Q extends MessageLite> Q read(Q empty, String text) throws JsonException {
        if (!(empty instanceof Message message)) {
            throw new IllegalArgumentException("a message without descriptor: " + empty.getClass());
        }
        var reader = new ProtoReader(text);
        reader.skipSpace();
        var builder = message.newBuilderForType();
        reader.message(builder);
        return (Q) builder.build();
    }

    private void message(Message.Builder builder) throws JsonException {
        if (peek() != '{') {
            int start = at;
            skipValue();
            throw new JsonException(
                    "proto: syntax error " + place(start) + ": unexpected token " + token(start));
        }
        at++;
        Set<FieldDescriptor> seen = new HashSet<>();
        for (skipSpace(); peek() != '}'; skipComma()) {
            int nameAt = at;
            String name = string();
            skipSpace();
            at++; // the colon
            skipSpace();
            @Nullable FieldDescriptor field = field(builder, name);
            if (field == null) {
                skipValue();
                continue;
            }
            if (!seen.add(field)) {
                throw new JsonException(
                        "proto: " + place(nameAt) + ": duplicate field \"" + name + "\"");
            }
            if (peek() == 'n') {
                skipValue();
            } else {
                checkOneof(builder, field, nameAt, name);
                value(builder, field);
            }
        }
        at++;
    }

    private static @Nullable FieldDescriptor field(Message.Builder builder, String name) {
        var type = builder.getDescriptorForType();
        @Nullable FieldDescriptor field = type.findFieldByName(name);
        if (field != null) {
            return field;
        }
        for (FieldDescriptor each : type.getFields()) {
            if (each.getJsonName().equals(name)) {
                return each;
            }
        }
        return null;
    }

    private void checkOneof(Message.Builder builder, FieldDescriptor field, int nameAt, String name)
            throws JsonException {
        var oneof = field.getRealContainingOneof();
        if (oneof != null && builder.hasOneof(oneof)) {
            throw new JsonException(
                    "proto: "
                            + place(nameAt)
                            + ": error parsing \""
                            + name
                            + "\", oneof "
                            + oneof.getFullName()
                            + " is already set");
        }
    }

    private void value(Message.Builder builder, FieldDescriptor field) throws JsonException {
        if (!field.isRepeated()) {
            @Nullable Object value = single(builder, field);
            if (value != null) {
                builder.setField(field, value);
            }
            return;
        }
        if (peek() != '[') {
            int start = at;
            skipValue();
            throw new JsonException(
                    "proto: syntax error " + place(start) + ": unexpected token " + token(start));
        }
        at++;
        for (skipSpace(); peek() != ']'; skipComma()) {
            @Nullable Object value = single(builder, field);
            if (value != null) {
                builder.addRepeatedField(field, value);
            }
        }
        at++;
    }

    /** Null for an enum name that is not known here, which is ignored like an unknown field. */
    private @Nullable Object single(Message.Builder builder, FieldDescriptor field)
            throws JsonException {
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            var nested = builder.newBuilderForField(field);
            message(nested);
            return nested.build();
        }
        int start = at;
        boolean quoted = peek() == '"';
        String content = quoted ? string() : bare();
        return switch (field.getJavaType()) {
            case INT -> integer(field, content, start).intValue();
            case LONG -> integer(field, content, start).longValue();
            case BOOLEAN -> bool(field, content, quoted, start);
            case STRING -> {
                if (!quoted) {
                    throw invalid(field, start);
                }
                yield content;
            }
            case BYTE_STRING -> bytes(field, content, quoted, start);
            case ENUM -> enumeration(field, content, quoted, start);
            case FLOAT -> (float) real(field, content, start);
            case DOUBLE -> real(field, content, start);
            case MESSAGE -> throw new IllegalStateException("messages were handled before");
        };
    }

    private BigInteger integer(FieldDescriptor field, String content, int start)
            throws JsonException {
        if (content.length() > MAX_NUMBER_LENGTH) {
            throw invalid(field, start);
        }
        BigDecimal number;
        try {
            number = new BigDecimal(content);
        } catch (NumberFormatException _) {
            throw invalid(field, start);
        }
        if (number.signum() == 0) {
            return BigInteger.ZERO;
        }
        number = number.stripTrailingZeros();
        if (number.scale() > 0 || (long) number.precision() - number.scale() > MAX_INTEGER_DIGITS) {
            throw invalid(field, start);
        }
        BigInteger whole = number.toBigInteger();
        boolean fits =
                switch (field.getType()) {
                    case INT32, SINT32, SFIXED32 -> whole.bitLength() < Integer.SIZE;
                    case INT64, SINT64, SFIXED64 -> whole.bitLength() < Long.SIZE;
                    case UINT32, FIXED32 -> whole.signum() > 0 && whole.bitLength() <= Integer.SIZE;
                    default -> whole.signum() > 0 && whole.compareTo(MAX_UINT64) <= 0;
                };
        if (!fits) {
            throw invalid(field, start);
        }
        return whole;
    }

    private double real(FieldDescriptor field, String content, int start) throws JsonException {
        try {
            return Double.parseDouble(content);
        } catch (NumberFormatException _) {
            throw invalid(field, start);
        }
    }

    private Boolean bool(FieldDescriptor field, String content, boolean quoted, int start)
            throws JsonException {
        if (!quoted && content.equals("true")) {
            return true;
        }
        if (!quoted && content.equals("false")) {
            return false;
        }
        throw invalid(field, start);
    }

    private ByteString bytes(FieldDescriptor field, String content, boolean quoted, int start)
            throws JsonException {
        if (!quoted) {
            throw invalid(field, start);
        }
        boolean urlSafe = content.indexOf('-') >= 0 || content.indexOf('_') >= 0;
        try {
            return ByteString.copyFrom(
                    (urlSafe ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(content));
        } catch (IllegalArgumentException _) {
            throw invalid(field, start);
        }
    }

    private @Nullable EnumValueDescriptor enumeration(
            FieldDescriptor field, String content, boolean quoted, int start) throws JsonException {
        if (quoted) {
            return field.getEnumType().findValueByName(content);
        }
        try {
            return field.getEnumType()
                    .findValueByNumberCreatingIfUnknown(Integer.parseInt(content));
        } catch (NumberFormatException _) {
            throw invalid(field, start);
        }
    }

    private JsonException invalid(FieldDescriptor field, int start) {
        return new JsonException(
                "proto: "
                        + place(start)
                        + ": invalid value for "
                        + field.getType().name().toLowerCase(java.util.Locale.ROOT)
                        + " field "
                        + field.getJsonName()
                        + ": "
                        + token(start));
    }

    // --- the text; its syntax is known to be right

    private char peek() {
        return text.charAt(at);
    }

    private void skipSpace() {
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
    }

    private void skipComma() {
        skipSpace();
        if (peek() == ',') {
            at++;
            skipSpace();
        }
    }

    private String string() {
        var out = new StringBuilder();
        at++;
        while (peek() != '"') {
            char c = peek();
            at++;
            if (c == '\\') {
                escaped(out);
            } else {
                out.append(c);
            }
        }
        at++;
        return out.toString();
    }

    private void escaped(StringBuilder out) {
        char c = peek();
        at++;
        switch (c) {
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'u' -> {
                out.append((char) Integer.parseInt(text, at, at + 4, 16));
                at += 4;
            }
            default -> out.append(c);
        }
    }

    /** A number or a word; for an object or array, all of it. */
    private String bare() {
        int start = at;
        skipValue();
        return text.substring(start, at);
    }

    private void skipValue() {
        int depth = 0;
        do {
            char c = peek();
            switch (c) {
                case '"' -> string();
                case '{', '[' -> {
                    depth++;
                    at++;
                }
                case '}', ']' -> {
                    depth--;
                    at++;
                }
                case ',', ':', ' ', '\t', '\n', '\r' -> at++;
                default -> skipWord();
            }
        } while (depth > 0);
    }

    private void skipWord() {
        while (at < text.length() && ",:]} \t\n\r".indexOf(text.charAt(at)) < 0) {
            at++;
        }
    }

    /** Go's decoders show the token as it was written. */
    private String token(int start) {
        char c = text.charAt(start);
        return c == '{' || c == '[' ? String.valueOf(c) : text.substring(start, at);
    }

    private String place(int position) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < position; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return "(line " + line + ":" + (position - lineStart + 1) + ")";
    }
}
