package dev.quorate.client.http2;

/**
 * The Huffman code of HPACK, decoding only. The code of RFC 7541, appendix B, is canonical: the lengths say everything, codes of one
 * length ascend with their symbols.
 */
final class Huffman {
    private static final byte[] LENGTHS = {
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30,
        28, 28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5,
        7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22,
        22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23,
        22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22,
        21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26,
        26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20,
        24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27,
        27, 28, 27, 27, 27, 27, 27, 26, 30,
    };
    private static final int LONGEST = 30;
    private static final int END_OF_STRING = 256;

    /** By length: the first code, where its symbol stands in SYMBOLS, and how many codes there are. */
    private static final int[] FIRST_CODE = new int[LONGEST + 1];

    private static final int[] FIRST_SYMBOL = new int[LONGEST + 1];
    private static final int[] COUNT = new int[LONGEST + 1];
    private static final short[] SYMBOLS = new short[LENGTHS.length];

    static {
        int code = 0;
        int at = 0;
        for (int length = 1; length <= LONGEST; length++) {
            FIRST_CODE[length] = code;
            FIRST_SYMBOL[length] = at;
            for (short symbol = 0; symbol < LENGTHS.length; symbol++) {
                if (LENGTHS[symbol] == length) {
                    SYMBOLS[at++] = symbol;
                    code++;
                }
            }
            COUNT[length] = at - FIRST_SYMBOL[length];
            code <<= 1;
        }
    }

    private Huffman() {}

    /** The text, each octet one char. */
    static String decode(byte[] from, int offset, int length) throws Http2Exception {
        StringBuilder out = new StringBuilder(length * 2);
        int code = 0;
        int bits = 0;
        for (int i = 0; i < length * 8; i++) {
            code = (code << 1) | ((from[offset + (i >> 3)] >> (7 - (i & 7))) & 1);
            bits++;
            int rank = code - FIRST_CODE[bits];
            if (rank >= 0 && rank < COUNT[bits]) {
                int symbol = SYMBOLS[FIRST_SYMBOL[bits] + rank];
                if (symbol == END_OF_STRING) {
                    throw new Http2Exception(
                            ErrorCode.COMPRESSION, "end of string inside a string");
                }
                out.append((char) symbol);
                code = 0;
                bits = 0;
            } else if (bits == LONGEST) {
                throw new Http2Exception(ErrorCode.COMPRESSION, "no such Huffman code");
            }
        }
        if (bits > 7 || code != (1 << bits) - 1) {
            throw new Http2Exception(ErrorCode.COMPRESSION, "bad padding of a Huffman code");
        }
        return out.toString();
    }
}
