package dev.quorate.client.http2;

/**
 * One field of a header block.
 *
 * @param name in lower case
 * @param value each char one octet
 */
public record Header(String name, String value) {
    /** What an entry costs in a table beyond its octets: RFC 7541, section 4.1. */
    static final int OVERHEAD_BYTES = 32;

    int tableBytes() {
        return name.length() + value.length() + OVERHEAD_BYTES;
    }
}
