package dev.quorate.client.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Header blocks: the examples of RFC 7541, appendix C, and what our two sides say to each other. */
final class HpackTest {

    private static List<Header> decode(HpackDecoder decoder, String hex) throws Http2Exception {
        byte[] block = HexFormat.of().parseHex(hex.replace(" ", ""));
        return decoder.decode(block, 0, block.length);
    }

    @Test
    void readsRequestsWithHuffmanCodes() throws Http2Exception {
        HpackDecoder decoder = new HpackDecoder(1 << 16);
        assertThat(decode(decoder, "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"))
                .containsExactly(
                        new Header(":method", "GET"),
                        new Header(":scheme", "http"),
                        new Header(":path", "/"),
                        new Header(":authority", "www.example.com"));
        assertThat(decode(decoder, "8286 84be 5886 a8eb 1064 9cbf"))
                .contains(
                        new Header(":authority", "www.example.com"),
                        new Header("cache-control", "no-cache"));
    }

    @Test
    void readsFieldsWithNewNames() throws Http2Exception {
        HpackDecoder decoder = new HpackDecoder(1 << 16);
        assertThat(
                        decode(
                                decoder,
                                "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"))
                .containsExactly(new Header("custom-key", "custom-header"));
        assertThat(decode(decoder, "be"))
                .as("it is in the table now")
                .containsExactly(new Header("custom-key", "custom-header"));
    }

    @Test
    void refusesWhatIsNoBlock() {
        HpackDecoder decoder = new HpackDecoder(1 << 16);
        assertThatThrownBy(() -> decode(decoder, "ff ff ff ff ff ff 0f"))
                .isInstanceOf(Http2Exception.class);
        assertThatThrownBy(() -> decode(decoder, "be")).hasMessageContaining("no header at index");
        assertThatThrownBy(() -> decode(decoder, "40 05 61")).hasMessageContaining("ends early");
        assertThatThrownBy(() -> decode(new HpackDecoder(40), "8286 84"))
                .hasMessageContaining("too large");
    }

    @Test
    void encoderAndDecoderKeepTheSameTable() throws Http2Exception {
        HpackEncoder encoder = new HpackEncoder();
        HpackDecoder decoder = new HpackDecoder(1 << 20);
        for (int round = 0; round < 300; round++) {
            // More fields than the table holds, so that the oldest leave it on both sides.
            List<Header> fields = new ArrayList<>();
            Output out = new Output();
            encoder.begin(out);
            for (int i = 0; i < 5; i++) {
                Header field = new Header("name-" + (round * 7 + i) % 90, "value-" + round % 11);
                fields.add(field);
                encoder.repeated(out, 0, field.name(), field.value());
            }
            fields.add(new Header("token", "secret" + round));
            encoder.secret(out, "token", "secret" + round);
            byte[] block = out.toBytes();
            assertThat(decoder.decode(block, 0, block.length)).isEqualTo(fields);
        }
    }
}
