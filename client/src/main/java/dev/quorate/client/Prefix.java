package dev.quorate.client;

import com.google.protobuf.ByteString;

/** Ranges by prefix, as etcd counts them. */
public final class Prefix {
    /** As the end of a range: every key from its start on. */
    public static final ByteString FROM_KEY = ByteString.copyFrom(new byte[] {0});

    private Prefix() {}

    /**
     * The end of the range that holds all keys with a prefix: the prefix with its last octet below {@code 0xff} increased and the rest cut off,
     * or {@link #FROM_KEY} if there is none.
     */
    public static ByteString end(ByteString prefix) {
        for (int i = prefix.size() - 1; i >= 0; i--) {
            int octet = prefix.byteAt(i) & 0xff;
            if (octet < 0xff) {
                byte[] end = prefix.substring(0, i + 1).toByteArray();
                end[i] = (byte) (octet + 1);
                return ByteString.copyFrom(end);
            }
        }
        return FROM_KEY;
    }
}
