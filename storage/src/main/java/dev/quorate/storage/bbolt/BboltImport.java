package dev.quorate.storage.bbolt;

import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.Engine;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.storage.engine.WriteBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Loads the buckets of a file into an empty engine. The engine is complete only when this returns: a loader that may crash loads into a
 * directory of its own and renames it.
 */
public final class BboltImport {
    private static final long BATCH_BYTES = 8L << 20;
    private static final int BATCH_OPS = 50_000;

    private BboltImport() {}

    /**
     * What was loaded.
     *
     * @param records number of records
     * @param unknownBuckets names of buckets in the source that the engine does not keep
     */
    public record Loaded(long records, List<String> unknownBuckets) {}

    /**
     * Copies all known buckets from {@code source} to {@code engine}.
     *
     * @throws IOException if the engine fails
     */
    public static Loaded load(BucketSource source, Engine engine) throws IOException {
        long records = 0;
        List<String> unknown = new ArrayList<>();
        for (byte[] name : source.buckets()) {
            Optional<Bucket> bucket = Bucket.named(name);
            if (bucket.isEmpty()) {
                unknown.add(new String(name, StandardCharsets.UTF_8));
                continue;
            }
            Loader loader = new Loader(bucket.get(), engine);
            source.scan(name, loader);
            records += loader.finish();
        }
        return new Loaded(records, List.copyOf(unknown));
    }

    private static final class Loader implements ReadView.Visitor {
        private final Bucket bucket;
        private final Engine engine;
        private final WriteBatch batch = new WriteBatch();
        private long records;
        private @Nullable IOException failure;

        Loader(Bucket bucket, Engine engine) {
            this.bucket = bucket;
            this.engine = engine;
        }

        @Override
        public boolean visit(byte[] key, byte[] value) {
            batch.put(bucket, key, value);
            records++;
            if (batch.bytes() >= BATCH_BYTES || batch.size() >= BATCH_OPS) {
                try {
                    flush();
                } catch (IOException e) {
                    failure = e;
                    return false;
                }
            }
            return true;
        }

        long finish() throws IOException {
            if (failure != null) {
                throw failure;
            }
            flush();
            return records;
        }

        private void flush() throws IOException {
            engine.commit(batch);
            batch.clear();
        }
    }
}
