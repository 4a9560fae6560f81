package dev.quorate.client.http2;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Reads header blocks (RFC 7541). Owned by the thread that reads the connection. */
final class HpackDecoder {
    /** The size that we announce, which is the default. */
    static final int TABLE_BYTES_MAX = 4096;

    private final int listBytesMax;

    /** Newest first. */
    private final Deque<Header> table = new ArrayDeque<>();

    private int tableBytes;
    private int tableBytesMax = TABLE_BYTES_MAX;

    private byte[] block = {};
    private int at;
    private int end;

    /**
     * @param listBytesMax the largest sum of names and values that is taken
     */
    HpackDecoder(int listBytesMax) {
        this.listBytesMax = listBytesMax;
    }

    List<Header> decode(byte[] from, int offset, int length) throws Http2Exception {
        block = from;
        at = offset;
        end = offset + length;
        List<Header> fields = new ArrayList<>();
        int bytes = 0;
        while (at < end) {
            int first = block[at] & 0xff;
            Header field;
            if ((first & 0x80) != 0) {
                field = entry(integer(7));
            } else if ((first & 0x40) != 0) {
                field = literal(integer(6));
                insert(field);
            } else if ((first & 0x20) != 0) {
                resize(integer(5));
                continue;
            } else {
                field = literal(integer(4));
            }
            bytes += field.tableBytes();
            if (bytes > listBytesMax) {
                throw new Http2Exception(ErrorCode.ENHANCE_YOUR_CALM, "header list too large");
            }
            fields.add(field);
        }
        return fields;
    }

    private Header literal(int nameIndex) throws Http2Exception {
        String name = nameIndex == 0 ? string() : entry(nameIndex).name();
        return new Header(name, string());
    }

    private Header entry(int index) throws Http2Exception {
        if (index >= 1 && index <= StaticTable.SIZE) {
            return StaticTable.field(index);
        }
        int skip = index - StaticTable.SIZE - 1;
        if (skip >= 0) {
            for (Header field : table) {
                if (skip-- == 0) {
                    return field;
                }
            }
        }
        throw broken("no header at index " + index);
    }

    private void insert(Header field) {
        tableBytes += field.tableBytes();
        table.addFirst(field);
        evict();
    }

    private void resize(int bytes) throws Http2Exception {
        if (bytes < 0 || bytes > TABLE_BYTES_MAX) {
            throw broken("header table of " + bytes + " bytes");
        }
        tableBytesMax = bytes;
        evict();
    }

    private void evict() {
        while (tableBytes > tableBytesMax) {
            tableBytes -= table.removeLast().tableBytes();
        }
    }

    private int integer(int prefixBits) throws Http2Exception {
        int mask = (1 << prefixBits) - 1;
        int value = block[at++] & mask;
        if (value < mask) {
            return value;
        }
        int shift = 0;
        while (at < end && shift <= 21) {
            int next = block[at++] & 0xff;
            value += (next & 0x7f) << shift;
            if ((next & 0x80) == 0) {
                return value;
            }
            shift += 7;
        }
        throw broken("bad integer in a header block");
    }

    private String string() throws Http2Exception {
        if (at >= end) {
            throw broken("header block ends early");
        }
        boolean huffman = (block[at] & 0x80) != 0;
        int length = integer(7);
        if (length > end - at) {
            throw broken("header block ends early");
        }
        int start = at;
        at += length;
        return huffman
                ? Huffman.decode(block, start, length)
                : new String(block, start, length, StandardCharsets.ISO_8859_1);
    }

    private static Http2Exception broken(String message) {
        return new Http2Exception(ErrorCode.COMPRESSION, message);
    }
}
