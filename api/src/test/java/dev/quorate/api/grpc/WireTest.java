package dev.quorate.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.proto.error.StatusException;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small formats around messages. */
class WireTest {
    private static final byte[] TWO_MESSAGES = {0, 0, 0, 0, 3, 'a', 'b', 'c', 0, 0, 0, 0, 0};

    @Test
    void messagesMayArriveInAnyPortions() throws Exception {
        for (int portion = 1; portion <= TWO_MESSAGES.length; portion++) {
            var reader = new MessageReader(10, MessageReader.Encoding.IDENTITY);
            var seen = new StringBuilder();
            for (int at = 0; at < TWO_MESSAGES.length; at += portion) {
                var buffer =
                        Unpooled.wrappedBuffer(
                                TWO_MESSAGES, at, Math.min(portion, TWO_MESSAGES.length - at));
                for (byte[] m = reader.next(buffer); m != null; m = reader.next(buffer)) {
                    seen.append('[').append(new String(m, StandardCharsets.UTF_8)).append(']');
                }
            }
            assertThat(seen.toString()).as("portions of %d", portion).isEqualTo("[abc][]");
            assertThat(reader.isBetweenMessages()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0,0,0,0,11|grpc: received message larger than max (11 vs. 10)",
                "0,-1,-1,-1,-1|grpc: received message larger than max (4294967295 vs. 10)",
                "1,0,0,0,1|grpc: compressed flag set with identity or empty encoding",
                "2,0,0,0,1|grpc: received unexpected payload format 2"
            })
    void brokenPrefixesAreRefusedBeforeAnythingIsAllocated(String prefix, String text) {
        var bytes = Unpooled.buffer();
        for (String each : prefix.split(",")) {
            bytes.writeByte(Integer.parseInt(each.trim()));
        }
        var reader = new MessageReader(10, MessageReader.Encoding.IDENTITY);
        assertThatThrownBy(() -> reader.next(bytes))
                .isInstanceOf(StatusException.class)
                .hasMessage(text);
    }

    @Test
    void brokenZipsAreRefused() {
        var reader = new MessageReader(10, MessageReader.Encoding.GZIP);
        assertThatThrownBy(
                        () -> reader.next(Unpooled.wrappedBuffer(new byte[] {1, 0, 0, 0, 2, 9, 9})))
                .isInstanceOf(StatusException.class)
                .hasMessageStartingWith("grpc: failed to decompress the received message");
    }

    @ParameterizedTest
    @CsvSource({
        "1n,1",
        "2u,2000",
        "3m,3000000",
        "4S,4000000000",
        "1M,60000000000",
        "99999999H,9223372036854775807"
    })
    void timeouts(String text, long nanos) throws Exception {
        assertThat(Timeout.nanos(text)).isEqualTo(nanos);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "S", "1", "1x", "-1S", "123456789S", " 1S"})
    void malformedTimeouts(String text) {
        assertThatThrownBy(() -> Timeout.nanos(text)).isInstanceOf(StatusException.class);
    }

    @Test
    void statusTextsArePercentEncodedUtf8() {
        assertThat(StatusText.encode("etcdserver: \"x\"")).isEqualTo("etcdserver: \"x\"");
        assertThat(StatusText.encode("100% ü\n")).isEqualTo("100%25 %C3%BC%0A");
    }
}
