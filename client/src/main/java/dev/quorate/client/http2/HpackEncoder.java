package dev.quorate.client.http2;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes header blocks (RFC 7541): what repeats from call to call goes into the table, secrets never do. No Huffman code: a block is a
 * few bytes once the table knows its fields. Guarded by the connection's write lock.
 */
final class HpackEncoder {
    /** What we use of the peer's table at most. */
    private static final int TABLE_BYTES_MAX = 4096;

    /** Fields in the table, oldest first, with the number of insertions before each. */
    private final Map<Header, Integer> table = new LinkedHashMap<>();

    private int inserted;
    private int tableBytes;
    private int tableBytesMax = TABLE_BYTES_MAX;
    private boolean resized;

    /** The peer changed the size of its table. */
    void limit(int bytes) {
        int next = Math.min(bytes, TABLE_BYTES_MAX);
        if (next != tableBytesMax) {
            tableBytesMax = next;
            resized = true;
            evict();
        }
    }

    /** Begins a block. */
    void begin(Output out) {
        if (resized) {
            integer(out, 0x20, 5, tableBytesMax);
            resized = false;
        }
    }

    /** A field of the static table as it stands there. */
    void indexed(Output out, int index) {
        integer(out, 0x80, 7, index);
    }

    /** A field that will come again. */
    void repeated(Output out, int nameIndex, String name, String value) {
        Header field = new Header(name, value);
        Integer before = table.get(field);
        if (before != null) {
            integer(out, 0x80, 7, StaticTable.SIZE + inserted - before);
            return;
        }
        literal(out, 0x40, 6, nameIndex, name, value);
        if (field.tableBytes() > tableBytesMax) {
            table.clear(); // RFC 7541, section 4.4: the peer empties its table as well
            tableBytes = 0;
            return;
        }
        table.put(field, inserted++);
        tableBytes += field.tableBytes();
        evict();
    }

    /** A field that differs from call to call. */
    void single(Output out, String name, String value) {
        literal(out, 0x00, 4, 0, name, value);
    }

    /** A field that nobody on the way may keep. */
    void secret(Output out, String name, String value) {
        literal(out, 0x10, 4, 0, name, value);
    }

    private void evict() {
        var oldest = table.keySet().iterator();
        while (tableBytes > tableBytesMax) {
            tableBytes -= oldest.next().tableBytes();
            oldest.remove();
        }
    }

    private static void literal(
            Output out, int pattern, int prefixBits, int nameIndex, String name, String value) {
        integer(out, pattern, prefixBits, nameIndex);
        if (nameIndex == 0) {
            string(out, name);
        }
        string(out, value);
    }

    private static void string(Output out, String text) {
        integer(out, 0, 7, text.length());
        out.latin1(text);
    }

    private static void integer(Output out, int pattern, int prefixBits, int value) {
        int mask = (1 << prefixBits) - 1;
        if (value < mask) {
            out.octet(pattern | value);
            return;
        }
        out.octet(pattern | mask);
        int rest = value - mask;
        while (rest >= 0x80) {
            out.octet((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.octet(rest);
    }
}
