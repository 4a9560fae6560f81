package dev.quorate.storage.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Crc32cTest {

    @Test
    void knowsTheCheckValueOfCastagnoli() {
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertThat(Crc32c.of(digits, 0, digits.length)).isEqualTo(0xE3069283);
    }

    @Test
    void continuesFromAnyValue() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = new byte[random.nextInt(1, 200)];
            random.nextBytes(bytes);
            int split = random.nextInt(bytes.length);
            int whole = Crc32c.of(bytes, 0, bytes.length);
            Crc32c second = Crc32c.continuing(Crc32c.of(bytes, 0, split));
            second.update(bytes, split, bytes.length - split);
            assertThat(second.value()).isEqualTo(whole);
        }
    }

    @Test
    void aSeedIsItsOwnValue() {
        for (int seed : new int[] {0, 1, -1, 0x80000000, 0x12345678}) {
            assertThat(Crc32c.continuing(seed).value()).isEqualTo(seed);
        }
    }
}
