package dev.quorate.server.corruption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.store.mvcc.KeyHash;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts are what members of etcd 3.7.1 and 3.4.23 wrote. */
class HashTextTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void asksAsEtcdDoes() {
        assertThat(HashText.question(0)).asString().isEqualTo("{}");
        assertThat(HashText.question(21)).asString().isEqualTo("{\"revision\":21}");
    }

    @Test
    void understandsBothGenerations() {
        var expected = new PeerHash.Answer(new KeyHash(3298479951L, -1, 21), 22);
        assertThat(
                        HashText.parse(
                                bytes(
                                        "{\"header\":{\"revision\":22},\"hash\":3298479951,\"compact_revision\":-1,\"hash_revision\":21}"),
                                21))
                .isEqualTo(expected);
        assertThat(
                        HashText.parse(
                                bytes(
                                        "{\"header\":{\"revision\":22},\"hash\":3298479951,\"compact_revision\":-1}"),
                                21))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "404 page not found",
                "{}",
                "{\"header\":{}}",
                "{\"header\":{\"revision\":2},\"hash\":-5}",
                "{\"header\":{\"revision\":2},\"hash\":4294967296}",
                "{\"header\":{\"revision\":2},\"compact_revision\":-2}",
                "{\"header\":{\"revision\":\"2\"}}"
            })
    void isNoAnswer(String text) {
        assertThat(HashText.parse(bytes(text), 21)).isNull();
    }
}
