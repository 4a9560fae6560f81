package dev.quorate.raft.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class IdSetTest {
    @Test
    void ordersAsUnsigned() {
        assertThat(IdSet.of(-1L, 5L, Long.MIN_VALUE, 1L).toList())
                .isEqualTo(List.of(1L, 5L, Long.MIN_VALUE, -1L));
    }

    @Test
    void behavesLikeASortedSet() {
        Random random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            TreeSet<Long> twin = new TreeSet<>(Long::compareUnsigned);
            IdSet set = IdSet.EMPTY;
            for (int step = 0; step < 20; step++) {
                long id = random.nextInt(-4, 4);
                if (random.nextBoolean()) {
                    twin.add(id);
                    set = set.with(id);
                } else {
                    twin.remove(id);
                    set = set.without(id);
                }
                assertThat(set.toList()).isEqualTo(List.copyOf(twin));
                assertThat(set.contains(id)).isEqualTo(twin.contains(id));
                assertThat(set).isEqualTo(IdSet.of(List.copyOf(twin)));
            }
        }
    }

    @Test
    void comparesSets() {
        IdSet few = IdSet.of(1, 2);
        IdSet more = IdSet.of(1, 2, 3);
        assertThat(few.isSubsetOf(more)).isTrue();
        assertThat(more.isSubsetOf(few)).isFalse();
        assertThat(few.isDisjoint(IdSet.of(3))).isTrue();
        assertThat(few.isDisjoint(more)).isFalse();
        assertThat(few.union(IdSet.of(0, 3))).isEqualTo(IdSet.of(0, 1, 2, 3));
    }
}
