package dev.quorate.raft.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InflightWindowTest {
    @Test
    void behavesLikeAQueue() {
        Random random = new Random(3);
        for (int round = 0; round < 500; round++) {
            int capacity = 1 + random.nextInt(40);
            InflightWindow window = new InflightWindow(capacity);
            ArrayDeque<Long> twin = new ArrayDeque<>();
            long last = 0;
            for (int step = 0; step < 200; step++) {
                if (random.nextInt(3) > 0 && twin.size() < capacity) {
                    last += 1 + random.nextInt(3);
                    window.add(last);
                    twin.add(last);
                } else if (random.nextInt(50) == 0) {
                    window.clear();
                    twin.clear();
                } else {
                    long through = last - random.nextInt(20);
                    window.freeThrough(through);
                    twin.removeIf(index -> index <= through);
                }
                assertThat(window.count()).isEqualTo(twin.size());
                assertThat(window.isFull()).isEqualTo(twin.size() == capacity);
            }
        }
    }

    @Test
    void refusesMoreThanItsCapacity() {
        InflightWindow window = new InflightWindow(1);
        window.add(1);
        assertThatThrownBy(() -> window.add(2)).isInstanceOf(IllegalStateException.class);
    }
}
