package dev.quorate.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class BackendTest {
    private static final byte[] INDEX = "consistent_index".getBytes();

    private final MemEngine engine = new MemEngine();
    private final Backend backend = new Backend(engine);

    @Test
    void viewsJoinCommittedAndPending() throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
        TreeMap<Long, byte[]> model = new TreeMap<>();
        for (long main = 1; main <= 4000; main++) {
            byte[] value = new byte[random.nextInt(200) == 0 ? 100_000 : 8];
            random.nextBytes(value);
            backend.putRecord(main, 0, main % 7 == 0, value);
            model.put(main, value);
            if (random.nextInt(3) == 0) {
                backend.seal();
            }
            if (random.nextInt(40) == 0) {
                backend.commit();
            }
            if (main % 50 == 0) {
                verifyView(model, random);
            }
        }
    }

    private void verifyView(TreeMap<Long, byte[]> model, RandomGenerator random) {
        try (RecordView view = backend.view()) {
            long from = random.nextLong(model.lastKey() + 2);
            long to = from + random.nextLong(model.lastKey() + 2);
            List<Long> seen = new ArrayList<>();
            view.scan(
                    from,
                    to,
                    (main, sub, tombstone, value) -> {
                        assertThat(tombstone).isEqualTo(main % 7 == 0);
                        assertThat(sub).isZero();
                        assertThat(value).isEqualTo(model.get(main));
                        return seen.add(main);
                    });
            assertThat(seen).isEqualTo(List.copyOf(model.subMap(from, to).keySet()));
            long main = 1 + random.nextLong(model.lastKey() + 1);
            byte[] expected = model.get(main);
            assertThat(view.get(main, 0)).isEqualTo(main % 7 == 0 ? null : expected);
            assertThat(view.getTombstone(main, 0)).isEqualTo(main % 7 == 0 ? expected : null);
            assertThat(view.get(main, 1)).isNull();
        }
    }

    @Test
    void onlySealedEntriesAreCommittedAndAlwaysWithTheirIndex() throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
        for (long index = 1; index <= 300; index++) {
            int records = random.nextInt(4);
            for (int sub = 0; sub < records; sub++) {
                backend.putRecord(index, sub, false, new byte[] {(byte) records});
                if (random.nextInt(4) == 0) {
                    backend.commit();
                    verifyWhole(engine.crashClone());
                }
            }
            backend.put(Bucket.META, INDEX, RevisionKey.encode(index, records, false));
            backend.seal();
            verifyWhole(engine.crashClone());
        }
    }

    /** The records of the entry named by the index are all there, and none beyond it. */
    private static void verifyWhole(MemEngine crashed) {
        try (ReadView view = crashed.read()) {
            byte[] index = view.get(Bucket.META, INDEX);
            ReadView.Entry last = view.last(Bucket.KEY);
            if (index == null) {
                assertThat(last).isNull();
                return;
            }
            if (last != null) {
                assertThat(RevisionKey.main(last.key()))
                        .isLessThanOrEqualTo(RevisionKey.main(index));
            }
            long expected = RevisionKey.sub(index);
            long main = RevisionKey.main(index);
            long[] found = new long[1];
            view.scan(
                    Bucket.KEY, RevisionKey.encode(main, 0, false), null, (_, _) -> ++found[0] > 0);
            assertThat(found[0]).isEqualTo(expected);
        }
    }

    @Test
    void lastMetaValueWinsAndDeletesKeepTheirPlace() throws IOException {
        byte[] other = {9};
        backend.put(Bucket.META, INDEX, new byte[] {1});
        backend.put(Bucket.META, other, new byte[] {1});
        backend.seal();
        backend.put(Bucket.META, INDEX, new byte[] {2});
        backend.delete(Bucket.META, other);
        backend.seal();
        assertThat(backend.commit()).isTrue();
        assertThat(backend.commit()).isFalse();
        try (ReadView view = backend.snapshotView()) {
            assertThat(view.get(Bucket.META, INDEX)).containsExactly(2);
            assertThat(view.get(Bucket.META, other)).isNull();
        }
        backend.delete(Bucket.META, INDEX);
        backend.put(Bucket.META, INDEX, new byte[] {3});
        backend.seal();
        backend.commit();
        try (ReadView view = backend.snapshotView()) {
            assertThat(view.get(Bucket.META, INDEX)).containsExactly(3);
        }
    }

    @Test
    void refusesRevisionsThatDoNotAscend() {
        backend.putRecord(5, 1, false, new byte[0]);
        assertThatThrownBy(() -> backend.putRecord(5, 1, true, new byte[0]))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> backend.put(Bucket.KEY, new byte[3], new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Timeout(60)
    void ownerWaitsForACommitterThatIsBehindAndHearsOfItsFailure() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
            AtomicLong sealed = new AtomicLong();
            Future<?> owner =
                    threads.submit(() -> {
                        byte[] value = new byte[1 << 20];
                        for (long main = 1; ; main++) {
                            backend.putRecord(main, 0, false, value);
                            backend.seal();
                            sealed.set(main);
                        }
                    });
            while (backend.pendingBytes() < Backend.MAX_PENDING_BYTES) {
                Thread.onSpinWait();
            }
            long bound = sealed.get() + 2;
            assertThat(backend.awaitCommitDue(60_000)).isTrue();
            assertThat(sealed.get()).isLessThanOrEqualTo(bound);
            backend.commit();
            while (backend.pendingBytes() < Backend.MAX_PENDING_BYTES) {
                Thread.onSpinWait();
            }
            engine.failNextCommit(new IOException("no space left"));
            assertThatThrownBy(backend::commit).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> owner.get(30, TimeUnit.SECONDS))
                    .hasStackTraceContaining("no space left");
        }
    }

    @Test
    @Timeout(60)
    void readersOfMemoryNeverMissARecordWhileCommitsGoOn() throws Exception {
        readersNeverMissARecord(backend, 60_000);
    }

    @Test
    @Timeout(60)
    void readersOfLmdbNeverMissARecordWhileCommitsGoOn(@TempDir Path directory) throws Exception {
        try (LmdbEngine lmdb = LmdbEngine.open(directory)) {
            readersNeverMissARecord(new Backend(lmdb), 30_000);
        }
    }

    /** A commit may fall between the two halves of a view; the record must be in one of them. */
    @Test
    void viewTakesPendingRecordsBeforeTheEnginesState() throws IOException {
        Backend[] backends = new Backend[1];
        Engine committing =
                new ForwardingEngine(engine) {
                    @Override
                    public ReadView read() {
                        ReadView view = super.read();
                        try {
                            if (backends[0] != null) {
                                backends[0].commit();
                            }
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                        return view;
                    }
                };
        backends[0] = new Backend(committing);
        for (long main = 1; main <= 2000; main++) {
            backends[0].putRecord(main, 0, false, new byte[0]);
            backends[0].seal();
            try (RecordView view = backends[0].view()) {
                assertThat(view.get(main, 0)).isNotNull();
                long[] seen = new long[1];
                view.scan(main, main + 1, (_, _, _, _) -> ++seen[0] > 0);
                assertThat(seen[0]).isEqualTo(1);
            }
        }
    }

    @Test
    void continuesBehindTheLastCommittedRevision() throws IOException {
        backend.putRecord(5, 1, false, new byte[0]);
        backend.forceCommit();
        Backend next = new Backend(engine.crashClone());
        assertThatThrownBy(() -> next.putRecord(5, 1, false, new byte[0]))
                .isInstanceOf(IllegalStateException.class);
        next.putRecord(5, 2, false, new byte[0]);
    }

    private static void readersNeverMissARecord(Backend backend, long records) throws Exception {
        AtomicLong latest = new AtomicLong();
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            Future<?> committer =
                    threads.submit(() -> {
                        while (!done.get()) {
                            backend.commit();
                        }
                        return null;
                    });
            List<Future<?>> readers = new ArrayList<>();
            for (int r = 0; r < 2; r++) {
                readers.add(threads.submit(() -> readUntil(backend, done, latest)));
            }
            for (long main = 1; main <= records; main++) {
                backend.putRecord(main, 0, false, RevisionKey.encode(main, 0, false));
                backend.seal();
                latest.set(main);
            }
            done.set(true);
            committer.get();
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
    }

    private static void readUntil(Backend backend, AtomicBoolean done, AtomicLong latest) {
        while (!done.get()) {
            long known = latest.get();
            if (known == 0) {
                continue;
            }
            try (RecordView view = backend.view()) {
                byte[] value = view.get(known, 0);
                if (value == null || RevisionKey.main(value) != known) {
                    throw new AssertionError("record " + known + " missing");
                }
                long from = Math.max(1, known - 2000);
                long[] next = {from};
                view.scan(
                        from,
                        known + 1,
                        (main, _, _, v) -> {
                            if (main != next[0]++ || RevisionKey.main(v) != main) {
                                throw new AssertionError("at " + main + " " + Arrays.toString(v));
                            }
                            return true;
                        });
                if (next[0] != known + 1) {
                    throw new AssertionError("scan ended at " + next[0] + " of " + known);
                }
            }
        }
    }

    @Test
    void replacingForgetsWhatWasPending() throws IOException {
        Backend backend = new Backend(engine);
        backend.putRecord(9, 0, false, new byte[] {9});
        backend.put(Bucket.META, new byte[] {1}, new byte[] {1});
        backend.seal();
        backend.replaceAll((bucket, visitor) -> {
            if (bucket == Bucket.KEY) {
                visitor.visit(RevisionKey.encode(3, 0, false), new byte[] {3});
            }
        });
        try (RecordView view = backend.view();
                ReadView stored = backend.snapshotView()) {
            assertThat(view.get(3, 0)).isEqualTo(new byte[] {3});
            assertThat(view.get(9, 0)).isNull();
            assertThat(stored.get(Bucket.META, new byte[] {1})).isNull();
        }
        assertThat(backend.commit()).isFalse();
        backend.putRecord(4, 0, false, new byte[] {4});
        backend.seal();
        assertThat(backend.commit()).isTrue();
        try (ReadView stored = backend.snapshotView()) {
            assertThat(stored.count(Bucket.KEY)).isEqualTo(2);
        }
    }
}
