package dev.quorate.storage.bbolt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.storage.CorruptionException;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.MemEngine;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.storage.engine.RevisionKey;
import dev.quorate.storage.engine.WriteBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BboltTest {
    private static final int PAGE = 4096;

    @TempDir Path directory;

    /** Buckets in memory. */
    static final class Model implements BucketSource {
        final TreeMap<byte[], TreeMap<byte[], byte[]>> buckets =
                new TreeMap<>(Arrays::compareUnsigned);

        TreeMap<byte[], byte[]> bucket(String name) {
            return buckets.computeIfAbsent(
                    bytes(name), _ -> new TreeMap<>(Arrays::compareUnsigned));
        }

        @Override
        public List<byte[]> buckets() {
            return List.copyOf(buckets.keySet());
        }

        @Override
        public void scan(byte[] bucket, ReadView.Visitor visitor) {
            for (Map.Entry<byte[], byte[]> e :
                    buckets.getOrDefault(bucket, new TreeMap<>()).entrySet()) {
                if (!visitor.visit(e.getKey(), e.getValue())) {
                    return;
                }
            }
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] write(BucketSource source) throws IOException {
        BboltWriter writer = BboltWriter.plan(source);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.write(out);
        assertThat((long) out.size()).isEqualTo(writer.sizeBytes());
        return out.toByteArray();
    }

    static BboltReader reader(byte[] image) throws IOException {
        return BboltReader.of(
                new RandomAccess() {
                    @Override
                    public long sizeBytes() {
                        return image.length;
                    }

                    @Override
                    public byte[] read(long offset, int length) {
                        int from = Math.toIntExact(offset);
                        if (from < 0 || length < 0 || from + length > image.length) {
                            throw new AssertionError("read outside: " + offset + "+" + length);
                        }
                        return Arrays.copyOfRange(image, from, from + length);
                    }
                },
                "image");
    }

    static void assertSame(BboltReader reader, Model model) {
        assertThat(reader.buckets())
                .usingElementComparator(Arrays::compareUnsigned)
                .isEqualTo(model.buckets());
        for (byte[] bucket : model.buckets()) {
            var expected = model.buckets.get(bucket).entrySet().iterator();
            reader.scan(
                    bucket,
                    (key, value) -> {
                        var next = expected.next();
                        if (!Arrays.equals(key, next.getKey())
                                || !Arrays.equals(value, next.getValue())) {
                            throw new AssertionError("differs at " + Arrays.toString(key));
                        }
                        return true;
                    });
            assertThat(expected.hasNext()).isFalse();
        }
    }

    @Test
    void roundTripsRandomBuckets() throws IOException {
        for (long seed = 1; seed <= 40; seed++) {
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            Model model = randomModel(random);
            byte[] image = write(model);
            assertThat(image.length % PAGE).isZero();
            assertSame(reader(image), model);
        }
    }

    private static Model randomModel(RandomGenerator random) {
        Model model = new Model();
        int buckets = random.nextInt(12);
        for (int b = 0; b < buckets; b++) {
            TreeMap<byte[], byte[]> records = model.bucket("bucket" + random.nextInt(1000));
            int count =
                    switch (random.nextInt(4)) {
                        case 0 -> 0;
                        case 1 -> random.nextInt(1, 12);
                        case 2 -> random.nextInt(1, 300);
                        default -> random.nextInt(1, 6000);
                    };
            int keyBytes = random.nextInt(10) == 0 ? 1500 : 24;
            int valueBytes = random.nextBoolean() ? 30 : 300;
            for (int i = 0; i < count; i++) {
                byte[] key = new byte[1 + random.nextInt(keyBytes)];
                random.nextBytes(key);
                boolean huge = random.nextInt(200) == 0;
                byte[] value = new byte[random.nextInt(huge ? 60_000 : valueBytes)];
                random.nextBytes(value);
                records.put(key, value);
            }
        }
        return model;
    }

    @Test
    void emptyAndSmallBucketsLieInlineAndRootSplitsWhenItMust() throws IOException {
        Model few = new Model();
        few.bucket("a");
        few.bucket("b").put(bytes("k"), bytes("v"));
        byte[] image = write(few);
        assertThat(image).hasSize(4 * PAGE);
        assertSame(reader(image), few);

        Model many = new Model();
        for (int i = 0; i < 300; i++) {
            many.bucket("bucket" + i).put(bytes("k"), new byte[900]);
        }
        assertSame(reader(write(many)), many);
        assertThat(reader(write(new Model())).buckets()).isEmpty();
    }

    @Test
    void revisionRecordsFillPagesAboveNinetyPercent() throws IOException {
        Model model = new Model();
        long bytes = 0;
        for (long main = 1; main <= 40_000; main++) {
            byte[] value = new byte[120];
            model.bucket("key").put(RevisionKey.encode(main, 0, false), value);
            bytes += 16 + RevisionKey.PUT_BYTES + value.length;
        }
        assertThat((double) bytes / write(model).length).isGreaterThan(0.9);
    }

    @Test
    void engineSurvivesExportAndImport() throws IOException {
        MemEngine engine = new MemEngine();
        WriteBatch batch = new WriteBatch();
        for (long main = 1; main <= 3000; main++) {
            batch.put(
                    Bucket.KEY,
                    RevisionKey.encode(main, 0, main % 5 == 0),
                    new byte[(int) main % 90]);
        }
        batch.put(Bucket.META, bytes("consistent_index"), new byte[8]);
        batch.put(Bucket.AUTH_USERS, bytes("u".repeat(600)), bytes("user"));
        engine.commit(batch);

        Path file = directory.resolve("db");
        try (ReadView view = engine.read();
                var out = Files.newOutputStream(file)) {
            BboltWriter.plan(view).write(out);
            out.write(new byte[32]); // a trailer does not disturb
        }
        MemEngine loaded = new MemEngine();
        try (BboltReader reader = BboltReader.open(file)) {
            assertThat(reader.buckets()).hasSize(Bucket.values().length);
            assertThat(reader.sizeBytes()).isEqualTo(Files.size(file) - 32);
            assertThat(BboltImport.load(reader, loaded))
                    .isEqualTo(new BboltImport.Loaded(3002, List.of()));
        }
        try (ReadView view = engine.read();
                ReadView copy = loaded.read();
                BboltReader reader = BboltReader.open(file)) {
            Model model = new Model();
            Model copied = new Model();
            for (Bucket bucket : Bucket.values()) {
                view.scanAll(bucket, (k, v) -> model.bucket(bucket.text()).put(k, v) == null);
                copy.scanAll(bucket, (k, v) -> copied.bucket(bucket.text()).put(k, v) == null);
                model.bucket(bucket.text());
                copied.bucket(bucket.text());
            }
            assertSame(reader, model);
            assertSame(reader, copied);
            assertThat(BucketHash.of(reader))
                    .isEqualTo(BucketHash.of(BucketSource.of(copy)))
                    .isEqualTo(referenceHash(model));
        }
        Model foreign = new Model();
        foreign.bucket("test").put(bytes("k"), bytes("v"));
        assertThat(BboltImport.load(foreign, loaded).unknownBuckets()).containsExactly("test");
    }

    private static int referenceHash(Model model) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        model.buckets.forEach((name, records) -> {
            all.writeBytes(name);
            records.forEach((key, value) -> {
                all.writeBytes(key);
                all.writeBytes(value);
            });
        });
        CRC32C crc = new CRC32C();
        crc.update(all.toByteArray());
        return (int) crc.getValue();
    }

    @Test
    void scanStopsWhenTheVisitorHasEnough() throws IOException {
        Model model = new Model();
        for (int i = 0; i < 5000; i++) {
            model.bucket("key").put(RevisionKey.encode(i, 0, false), new byte[100]);
        }
        int[] seen = new int[1];
        reader(write(model)).scan(bytes("key"), (_, _) -> ++seen[0] < 700);
        assertThat(seen[0]).isEqualTo(700);
    }

    @Test
    void eitherMetaSuffices() throws IOException {
        Model model = new Model();
        model.bucket("a").put(bytes("k"), bytes("v"));
        byte[] image = write(model);
        assertThat(reader(image).transaction()).isEqualTo(2);
        byte[] first = image.clone();
        first[20]++;
        assertThat(reader(first).transaction()).isEqualTo(1);
        assertSame(reader(first), model);
        byte[] second = image.clone();
        second[PAGE + 70]++;
        assertSame(reader(second), model);
        second[30]++;
        assertThatThrownBy(() -> reader(second))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("image");
        assertThatThrownBy(() -> reader(new byte[100])).isInstanceOf(CorruptionException.class);
        assertThatThrownBy(() -> reader(Arrays.copyOf(image, image.length - PAGE)))
                .isInstanceOf(CorruptionException.class);
    }

    /** Damage may go unnoticed (the format has no checksums) but must never lead outside the file or to any other failure. */
    @Test
    void damageIsReportedAsSuchOrReadAsOtherBytes() throws IOException {
        Model model = new Model();
        for (int i = 0; i < 3000; i++) {
            model.bucket("key").put(RevisionKey.encode(i, 0, false), new byte[i % 50]);
        }
        model.bucket("key").put(bytes("z"), new byte[20_000]);
        model.bucket("meta").put(bytes("k"), bytes("v"));
        byte[] image = write(model);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);
        int reported = 0;
        for (int i = 0; i < 6000; i++) {
            byte[] damaged = image.clone();
            int changes = 1 + random.nextInt(4);
            for (int c = 0; c < changes; c++) {
                damage(damaged, random);
            }
            reported += readAll(damaged) ? 0 : 1;
        }
        assertThat(reported).isGreaterThan(1000);
    }

    private static void damage(byte[] image, RandomGenerator random) {
        int page = 2 + random.nextInt(image.length / PAGE - 2);
        // Most often where the numbers are: in the header and the first elements.
        int at = page * PAGE + (random.nextInt(4) == 0 ? random.nextInt(PAGE) : random.nextInt(64));
        switch (random.nextInt(3)) {
            case 0 -> image[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> image[at] = (byte) random.nextInt();
            default ->
                    ByteBuffer.wrap(image)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(at & ~3, random.nextBoolean() ? -1 : random.nextInt(200));
        }
    }

    /** Whether everything could be read. */
    private static boolean readAll(byte[] image) throws IOException {
        try {
            BboltReader reader = reader(image);
            for (byte[] bucket : reader.buckets()) {
                reader.scan(bucket, (_, _) -> true);
            }
            return true;
        } catch (CorruptionException e) {
            assertThat(e).hasMessageContaining("image");
            return false;
        }
    }
}
