package dev.quorate.api.grpc;

import java.nio.charset.StandardCharsets;

/** Percent-encodes {@code grpc-message}: bytes of UTF-8 outside the printable ASCII range, and {@code %} itself. */
final class StatusText {
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private StatusText() {}

    static String encode(String message) {
        for (int i = 0; i < message.length(); i++) {
            if (!isPlain(message.charAt(i))) {
                return encodeAll(message.getBytes(StandardCharsets.UTF_8));
            }
        }
        return message;
    }

    private static boolean isPlain(int c) {
        return c >= ' ' && c <= '~' && c != '%';
    }

    private static String encodeAll(byte[] bytes) {
        var text = new StringBuilder(bytes.length + 16);
        for (byte b : bytes) {
            int c = b & 0xff;
            if (isPlain(c)) {
                text.append((char) c);
            } else {
                text.append('%').append(HEX[c >> 4]).append(HEX[c & 0xf]);
            }
        }
        return text.toString();
    }
}
