package dev.quorate.tools.ctl.print;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;

/** Keys and values as the simple and the fields format show them. */
final class Octets {
    private Octets() {}

    /** As they are, or each octet as {@code \x66}. */
    static byte[] shown(ByteString octets, boolean hex) {
        if (!hex) {
            return octets.toByteArray();
        }
        StringBuilder out = new StringBuilder(octets.size() * 4);
        for (int i = 0; i < octets.size(); i++) {
            int octet = octets.byteAt(i) & 0xff;
            out.append("\\x");
            out.append(Character.forDigit(octet >> 4, 16))
                    .append(Character.forDigit(octet & 15, 16));
        }
        return out.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
