package dev.quorate.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.storage.CorruptionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LmdbEngineTest extends ModelTest {
    private static final long SMALL_MAP = 1 << 20;

    @TempDir Path directory;
    private int opened;
    private Path current;

    @Override
    Engine open() throws IOException {
        current = directory.resolve("db" + opened++);
        return LmdbEngine.open(current);
    }

    @Override
    Engine reopen(Engine engine) throws IOException {
        engine.close();
        return LmdbEngine.open(current);
    }

    @Test
    void mapGrowsWhenItIsFull() throws IOException {
        try (LmdbEngine engine = LmdbEngine.open(directory, SMALL_MAP)) {
            byte[] value = new byte[10_000];
            for (long main = 1; main <= 1000; main += 20) {
                WriteBatch batch = new WriteBatch();
                for (long m = main; m < main + 20; m++) {
                    batch.put(Bucket.KEY, RevisionKey.encode(m, 0, false), value);
                }
                engine.commit(batch);
            }
            try (ReadView view = engine.read()) {
                assertThat(view.count(Bucket.KEY)).isEqualTo(1000);
                assertThat(view.get(Bucket.KEY, RevisionKey.encode(1000, 0, false)))
                        .isEqualTo(value);
            }
            assertThat(engine.usedBytes()).isGreaterThan(10_000_000);
            assertThat(engine.sizeBytes()).isGreaterThanOrEqualTo(engine.usedBytes());
        }
    }

    @Test
    void replacingSwapsEverythingAtOnceAndOpenViewsKeepWhatThereWas() throws IOException {
        byte[] value = new byte[10_000];
        byte[] old = RevisionKey.encode(5000, 0, false);
        try (LmdbEngine engine = LmdbEngine.open(directory, SMALL_MAP)) {
            WriteBatch before = new WriteBatch();
            before.put(Bucket.KEY, old, value);
            before.put(Bucket.LEASE, new byte[] {1}, new byte[] {1});
            engine.commit(before);
            ReadView held = engine.read();
            held.close();
            // More than the map holds, so that it is tried again on a larger one.
            engine.replaceAll((bucket, visitor) -> {
                for (long main = 1; bucket == Bucket.KEY && main <= 500; main++) {
                    if (!visitor.visit(RevisionKey.encode(main, 0, false), value)) {
                        return;
                    }
                }
            });
            WriteBatch next = new WriteBatch();
            next.put(Bucket.KEY, RevisionKey.encode(501, 0, false), value);
            try (ReadView during = engine.read()) {
                engine.commit(next);
                assertThat(during.count(Bucket.KEY)).isEqualTo(500);
                assertThat(during.count(Bucket.LEASE)).isZero();
                assertThat(during.get(Bucket.KEY, old)).isNull();
            }
        }
        try (LmdbEngine engine = LmdbEngine.open(directory);
                ReadView view = engine.read()) {
            assertThat(view.count(Bucket.KEY)).isEqualTo(501);
        }
    }

    @Test
    void failedReplacementChangesNothing() throws IOException {
        try (LmdbEngine engine = LmdbEngine.open(directory)) {
            WriteBatch before = new WriteBatch();
            before.put(Bucket.LEASE, new byte[] {1}, new byte[] {1});
            engine.commit(before);
            assertThatThrownBy(() ->
                            engine.replaceAll((bucket, _) -> {
                                if (bucket == Bucket.META) {
                                    throw new IOException("unreadable");
                                }
                            }))
                    .hasMessage("unreadable");
            try (ReadView view = engine.read()) {
                assertThat(view.count(Bucket.LEASE)).isOne();
            }
        }
    }

    @Test
    void deletingFreesUsedBytesAndSpaceIsReused() throws IOException {
        try (LmdbEngine engine = LmdbEngine.open(directory)) {
            long empty = engine.usedBytes();
            byte[] value = new byte[3000];
            for (long round = 0; round < 20; round++) {
                WriteBatch puts = new WriteBatch();
                WriteBatch deletes = new WriteBatch();
                for (long i = 0; i < 500; i++) {
                    byte[] key = RevisionKey.encode(round * 500 + i, 0, false);
                    puts.put(Bucket.KEY, key, value);
                    deletes.delete(Bucket.KEY, key);
                }
                engine.commit(puts);
                engine.commit(deletes);
            }
            assertThat(engine.usedBytes()).isLessThan(empty + 100_000);
            assertThat(engine.sizeBytes()).isLessThan(10_000_000);
        }
    }

    @Test
    void excludesASecondOpener() throws IOException {
        try (LmdbEngine engine = LmdbEngine.open(directory)) {
            assertThatThrownBy(() -> LmdbEngine.open(directory))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("open in this process already");
            assertThat(engine.usedBytes()).isNotNegative();
        }
        LmdbEngine.open(directory).close();
    }

    @Test
    void damagedValueIsReportedWithBucketAndKey() throws IOException {
        byte[] key = "root".getBytes(StandardCharsets.UTF_8);
        byte[] marker = "the value that will be damaged".getBytes(StandardCharsets.UTF_8);
        try (LmdbEngine engine = LmdbEngine.open(directory)) {
            WriteBatch batch = new WriteBatch();
            batch.put(Bucket.AUTH_USERS, key, marker);
            engine.commit(batch);
        }
        Path file = directory.resolve("data.mdb");
        byte[] bytes = Files.readAllBytes(file);
        int flipped = 0;
        for (int i = 0; i + marker.length <= bytes.length; i++) {
            if (Arrays.equals(marker, 0, marker.length, bytes, i, i + marker.length)) {
                bytes[i + 3] ^= 0x10;
                flipped++;
            }
        }
        assertThat(flipped).isPositive();
        Files.write(file, bytes);
        try (LmdbEngine engine = LmdbEngine.open(directory);
                ReadView view = engine.read()) {
            assertThatThrownBy(() -> view.get(Bucket.AUTH_USERS, key))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("authUsers")
                    .hasMessageContaining("726f6f74");
            assertThatThrownBy(() -> view.scanAll(Bucket.AUTH_USERS, (_, _) -> true))
                    .isInstanceOf(CorruptionException.class);
        }
    }

    @Test
    void foreignFileIsRefused() throws IOException {
        Files.write(directory.resolve("data.mdb"), new byte[20_000]);
        assertThatThrownBy(() -> LmdbEngine.open(directory))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining(directory.toString());
        Files.delete(directory.resolve("data.mdb"));
        LmdbEngine.open(directory).close();
    }

    @Test
    @Timeout(60)
    void manyVirtualThreadsReadWhileOneCommits() throws Exception {
        try (LmdbEngine engine = LmdbEngine.open(directory, SMALL_MAP);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicBoolean done = new AtomicBoolean();
            List<Future<?>> readers = new ArrayList<>();
            for (int r = 0; r < LmdbEngine.MAX_VIEWS + 100; r++) {
                readers.add(
                        threads.submit(() -> {
                            do {
                                readOnce(engine);
                                Thread.yield();
                            } while (!done.get());
                        }));
            }
            for (long main = 1; main <= 100; main++) {
                WriteBatch batch = new WriteBatch();
                batch.put(Bucket.KEY, RevisionKey.encode(main, 0, false), new byte[20_000]);
                batch.put(Bucket.META, new byte[] {1}, RevisionKey.encode(main, 0, false));
                engine.commit(batch);
            }
            done.set(true);
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
    }

    /** What META says was written last must be the last record: one view, one state. */
    private static void readOnce(Engine engine) {
        try (ReadView view = engine.read()) {
            byte[] latest = view.get(Bucket.META, new byte[] {1});
            ReadView.Entry last = view.last(Bucket.KEY);
            if (latest == null ? last != null : !Arrays.equals(latest, last.key())) {
                throw new AssertionError("torn view");
            }
        }
    }

    @Test
    void closedViewAndOpenViewAreNoticed() throws IOException {
        LmdbEngine engine = LmdbEngine.open(directory);
        ReadView view = engine.read();
        view.close();
        view.close();
        assertThatThrownBy(() -> view.count(Bucket.KEY)).isInstanceOf(IllegalStateException.class);
        engine.close();
        engine.close();
        assertThatThrownBy(engine::read).isInstanceOf(IllegalStateException.class);
    }
}
