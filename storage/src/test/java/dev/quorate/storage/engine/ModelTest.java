package dev.quorate.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Random operations on an engine and on plain tree maps must end in the same state, seen through every kind of read. */
abstract class ModelTest {
    private static final int ROUNDS = 150;
    private static final int MAX_OPS = 120;
    private static final int KEY_SPACE = 400;

    abstract Engine open() throws IOException;

    /** The engine as the next process finds it; the old one is gone. */
    abstract Engine reopen(Engine engine) throws IOException;

    /** The tree maps that the engine is compared with. */
    static final class Model {
        final Map<Bucket, TreeMap<byte[], byte[]>> buckets = new EnumMap<>(Bucket.class);

        Model() {
            for (Bucket b : Bucket.values()) {
                buckets.put(b, new TreeMap<>(Arrays::compareUnsigned));
            }
        }

        Model copy() {
            Model copy = new Model();
            buckets.forEach((b, records) -> copy.buckets.get(b).putAll(records));
            return copy;
        }
    }

    @Test
    void behavesLikeTreeMaps() throws IOException {
        for (long seed = 1; seed <= 4; seed++) {
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            Engine engine = open();
            Model model = new Model();
            ReadView old = engine.read();
            Model oldModel = model.copy();
            for (int round = 0; round < ROUNDS; round++) {
                engine.commit(randomBatch(random, model));
                if (round % 10 == 0) {
                    verify(engine, model, random);
                }
                if (round % 25 == 24) {
                    verifyView(old, oldModel, random);
                    old.close();
                    if (round % 50 == 49) {
                        engine = reopen(engine);
                        verify(engine, model, random);
                    }
                    old = engine.read();
                    oldModel = model.copy();
                }
            }
            old.close();
            engine.close();
        }
    }

    static WriteBatch randomBatch(RandomGenerator random, Model model) {
        WriteBatch batch = new WriteBatch();
        int ops = random.nextInt(MAX_OPS);
        for (int i = 0; i < ops; i++) {
            Bucket bucket = Bucket.values()[random.nextInt(Bucket.values().length)];
            byte[] key = randomKey(random);
            if (random.nextInt(3) == 0) {
                batch.delete(bucket, key);
                model.buckets.get(bucket).remove(key);
            } else {
                byte[] value = new byte[random.nextInt(20) == 0 ? 9000 : random.nextInt(60)];
                random.nextBytes(value);
                batch.put(bucket, key, value);
                model.buckets.get(bucket).put(key, value);
            }
        }
        return batch;
    }

    /** Short keys, and now and then very long ones that share a long prefix. */
    static byte[] randomKey(RandomGenerator random) {
        int number = random.nextInt(KEY_SPACE);
        byte[] key = new byte[number % 17 == 0 ? 460 + number % 70 + number : 1 + number % 5];
        Arrays.fill(key, (byte) (number % 2 == 0 ? 0x61 : 0xf1));
        key[key.length - 1] = (byte) number;
        return key;
    }

    static void verify(Engine engine, Model model, RandomGenerator random) {
        try (ReadView view = engine.read()) {
            verifyView(view, model, random);
        }
    }

    static void verifyView(ReadView view, Model model, RandomGenerator random) {
        model.buckets.forEach((bucket, records) -> {
            List<String> expected = new ArrayList<>();
            records.forEach((k, v) -> expected.add(text(k, v)));
            List<String> actual = new ArrayList<>();
            view.scanAll(bucket, (k, v) -> actual.add(text(k, v)));
            assertThat(actual).isEqualTo(expected);
            assertThat(view.count(bucket)).isEqualTo(records.size());
            verifyLast(view, bucket, records);
            verifyRange(view, bucket, records, random);
            for (int i = 0; i < 20; i++) {
                byte[] key = randomKey(random);
                assertThat(view.get(bucket, key)).isEqualTo(records.get(key));
            }
        });
    }

    private static void verifyLast(ReadView view, Bucket bucket, TreeMap<byte[], byte[]> records) {
        ReadView.Entry last = view.last(bucket);
        if (records.isEmpty()) {
            assertThat(last).isNull();
        } else {
            assertThat(last.key()).isEqualTo(records.lastKey());
            assertThat(last.value()).isEqualTo(records.lastEntry().getValue());
        }
    }

    private static void verifyRange(
            ReadView view, Bucket bucket, TreeMap<byte[], byte[]> records, RandomGenerator random) {
        byte[] a = randomKey(random);
        byte[] b = randomKey(random);
        byte[] from = Arrays.compareUnsigned(a, b) <= 0 ? a : b;
        byte[] to = from == a ? b : a;
        int limit = 1 + random.nextInt(30);
        List<String> expected = new ArrayList<>();
        records.subMap(from, to).entrySet().stream()
                .limit(limit)
                .forEach(e -> expected.add(text(e.getKey(), e.getValue())));
        List<String> actual = new ArrayList<>();
        view.scan(
                bucket,
                from,
                to,
                (k, v) -> {
                    actual.add(text(k, v));
                    return actual.size() < limit;
                });
        assertThat(actual).isEqualTo(expected);
    }

    static String text(byte[] key, byte[] value) {
        return Arrays.toString(key) + "=" + Arrays.hashCode(value) + "/" + value.length;
    }
}
