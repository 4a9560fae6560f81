package dev.quorate.client.rpc;

import dev.quorate.client.http2.ErrorCode;
import dev.quorate.client.http2.Header;
import dev.quorate.proto.error.Code;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a call ended, as its trailers tell. */
final class Trailers {
    private static final Code[] CODES = Code.values();

    private Trailers() {}

    /** Null for success. */
    static @Nullable RpcException status(List<Header> fields) {
        String number = Call.find(fields, "grpc-status");
        if (number.equals("0")) {
            return null;
        }
        String text = text(Call.find(fields, "grpc-message"));
        return RpcException.answered(
                code(number), number.isEmpty() ? "the server sent no grpc-status" : text);
    }

    private static Code code(String number) {
        for (Code code : CODES) {
            if (number.equals(Integer.toString(code.number()))) {
                return code;
            }
        }
        return Code.UNKNOWN;
    }

    /** The status that gRPC gives to a stream that HTTP/2 reset. */
    static Code codeOf(ErrorCode code) {
        return switch (code) {
            case REFUSED_STREAM -> Code.UNAVAILABLE;
            case CANCEL -> Code.CANCELLED;
            case ENHANCE_YOUR_CALM -> Code.RESOURCE_EXHAUSTED;
            case INADEQUATE_SECURITY -> Code.PERMISSION_DENIED;
            case NO_ERROR,
                    PROTOCOL,
                    INTERNAL,
                    FLOW_CONTROL,
                    SETTINGS_TIMEOUT,
                    STREAM_CLOSED,
                    FRAME_SIZE,
                    COMPRESSION,
                    CONNECT,
                    HTTP_1_1_REQUIRED ->
                    Code.INTERNAL;
        };
    }

    /** Undoes the percent-encoding of a message; what is not encoded well stays as it is. */
    static String text(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return encoded;
        }
        ByteArrayOutputStream octets = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            int value = c == '%' && i + 2 < encoded.length() ? hex(encoded, i + 1) : -1;
            if (value >= 0) {
                octets.write(value);
                i += 2;
            } else {
                octets.write(c);
            }
        }
        return octets.toString(StandardCharsets.UTF_8);
    }

    private static int hex(String text, int at) {
        int high = Character.digit(text.charAt(at), 16);
        int low = Character.digit(text.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : (high << 4) | low;
    }
}
