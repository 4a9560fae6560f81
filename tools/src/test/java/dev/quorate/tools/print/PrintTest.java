package dev.quorate.tools.print;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PrintTest {
    @Test
    void tablesAreDrawnAsInTheNotes() {
        assertThat(
                        new AsciiTable("hash", "total_keys")
                                .row("2a6833fc", "0")
                                .row("1", "12345678901")
                                .toString())
                .isEqualTo(
                        """
                        +----------+-------------+
                        |   HASH   | TOTAL KEYS  |
                        +----------+-------------+
                        | 2a6833fc |           0 |
                        |        1 | 12345678901 |
                        +----------+-------------+
                        """);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "9, 9 B",
        "10, 10 B",
        "999, 999 B",
        "1000, 1.0 kB",
        "20480, 20 kB",
        "28672, 29 kB",
        "9940, 9.9 kB",
        "9960, 10 kB",
        "16801792, 17 MB",
        "2147483648, 2.1 GB",
        "9223372036854775807, 9.2 EB"
    })
    void sizesAreRoundedAsInEtcd(long bytes, String text) {
        assertThat(Sizes.text(bytes)).isEqualTo(text);
    }
}
