package dev.quorate.store.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTextTest {
    @Test
    void whatGoEscapesIsEscaped() {
        assertThat(JsonText.quoted("a\"b\\c\n\t<&>\u0001\u2028é"))
                .isEqualTo("\"a\\\"b\\\\c\\n\\t\\u003c\\u0026\\u003e\\u0001\\u2028é\"");
    }

    @Test
    void textsBecomeAnArrayWithoutSpaces() {
        assertThat(JsonText.quoted(List.of("a", "b"))).isEqualTo("[\"a\",\"b\"]");
        assertThat(JsonText.quoted(List.<String>of())).isEqualTo("[]");
    }
}
