package dev.quorate.api.json;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.MessageOrBuilder;
import java.util.Base64;
import java.util.List;

/** Writes messages as JSON without white space, fields in the order of the .proto file, default values left out. */
final class ProtoWriter {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final StringBuilder out;

    private ProtoWriter(StringBuilder out) {
        this.out = out;
    }

    static void write(MessageLite message, StringBuilder out) {
        if (!(message instanceof Message described)) {
            throw new IllegalArgumentException(
                    "a message without descriptor: " + message.getClass());
        }
        new ProtoWriter(out).message(described);
    }

    private void message(MessageOrBuilder message) {
        out.append('{');
        boolean first = true;
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            boolean present =
                    field.isRepeated()
                            ? message.getRepeatedFieldCount(field) > 0
                            : message.hasField(field);
            if (!present) {
                continue;
            }
            if (!first) {
                out.append(',');
            }
            first = false;
            out.append('"').append(field.getName()).append("\":");
            if (field.isRepeated()) {
                list(field, (List<?>) message.getField(field));
            } else {
                value(field, message.getField(field));
            }
        }
        out.append('}');
    }

    private void list(FieldDescriptor field, List<?> values) {
        out.append('[');
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            value(field, values.get(i));
        }
        out.append(']');
    }

    private void value(FieldDescriptor field, Object value) {
        switch (field.getJavaType()) {
            case INT -> {
                int number = (Integer) value;
                out.append(
                        isUnsigned(field)
                                ? Integer.toUnsignedString(number)
                                : Integer.toString(number));
            }
            case LONG -> {
                long number = (Long) value;
                out.append('"')
                        .append(
                                isUnsigned(field)
                                        ? Long.toUnsignedString(number)
                                        : Long.toString(number))
                        .append('"');
            }
            case BOOLEAN, FLOAT, DOUBLE -> out.append(value);
            case STRING -> string((String) value, out);
            case BYTE_STRING ->
                    out.append('"')
                            .append(
                                    Base64.getEncoder()
                                            .encodeToString(((ByteString) value).toByteArray()))
                            .append('"');
            case ENUM -> enumeration((EnumValueDescriptor) value);
            case MESSAGE -> message((Message) value);
        }
    }

    private static boolean isUnsigned(FieldDescriptor field) {
        return switch (field.getType()) {
            case UINT32, UINT64, FIXED32, FIXED64 -> true;
            default -> false;
        };
    }

    private void enumeration(EnumValueDescriptor value) {
        if (value.getIndex() < 0) {
            out.append(value.getNumber());
        } else {
            out.append('"').append(value.getName()).append('"');
        }
    }

    /** Appends a JSON string. */
    static void string(String raw, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ') {
                        out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
