package dev.quorate.storage.engine;

import java.io.IOException;
import java.util.EnumMap;
import org.jspecify.annotations.Nullable;

/**
 * The engine's twin in memory, for the simulator and for tests: every commit is durable, and {@link #crashClone} is the disk that a
 * process finds after it was killed.
 *
 * <p>State is one persistent tree per bucket, so a snapshot is a reference and costs nothing to keep.
 */
public final class MemEngine implements Engine {
    private volatile State state;
    private volatile @Nullable IOException nextFailure;
    private @Nullable IOException poison;

    /** Starts empty. */
    public MemEngine() {
        this(new State(new EnumMap<>(Bucket.class), 0));
    }

    private MemEngine(State state) {
        this.state = state;
    }

    /** An engine with the committed state of this one, independent of it from now on. */
    public MemEngine crashClone() {
        return new MemEngine(state);
    }

    /** Lets the next commit fail with {@code failure}, as a full or broken disk would; the engine is poisoned from then on. */
    public void failNextCommit(IOException failure) {
        nextFailure = failure;
    }

    @Override
    public void commit(WriteBatch batch) throws IOException {
        if (poison == null && nextFailure != null) {
            poison = nextFailure;
        }
        if (poison != null) {
            throw new IOException("engine failed earlier: " + poison.getMessage(), poison);
        }
        state = state.with(batch);
    }

    @Override
    public void replaceAll(RecordSource source) throws IOException {
        if (poison == null && nextFailure != null) {
            poison = nextFailure;
        }
        if (poison != null) {
            throw new IOException("engine failed earlier: " + poison.getMessage(), poison);
        }
        WriteBatch all = new WriteBatch();
        for (Bucket bucket : Bucket.byName()) {
            source.scan(
                    bucket,
                    (key, value) -> {
                        all.put(bucket, key, value);
                        return true;
                    });
        }
        state = new State(new EnumMap<>(Bucket.class), 0).with(all);
    }

    @Override
    public ReadView read() {
        return new View(state);
    }

    @Override
    public long sizeBytes() {
        return state.bytes;
    }

    @Override
    public long usedBytes() {
        return state.bytes;
    }

    @Override
    public void close() {}

    private record State(EnumMap<Bucket, PersistentTree> roots, long bytes) {
        State with(WriteBatch batch) {
            EnumMap<Bucket, PersistentTree> next = new EnumMap<>(roots);
            long total = bytes;
            for (int i = 0; i < batch.size(); i++) {
                Bucket bucket = batch.bucket(i);
                byte[] key = batch.key(i);
                byte[] value = batch.value(i);
                PersistentTree root = next.get(bucket);
                total -= weight(PersistentTree.find(root, key));
                PersistentTree changed;
                if (value == null) {
                    changed = PersistentTree.remove(root, key);
                } else {
                    PersistentTree node = PersistentTree.leaf(key, value);
                    changed = PersistentTree.insert(root, node);
                    total += weight(node);
                }
                if (changed == null) {
                    next.remove(bucket);
                } else {
                    next.put(bucket, changed);
                }
            }
            return new State(next, total);
        }

        private static long weight(@Nullable PersistentTree node) {
            return node == null ? 0 : (long) node.key.length + node.value.length;
        }
    }

    private record View(State state) implements ReadView {
        @Override
        public byte @Nullable [] get(Bucket bucket, byte[] key) {
            PersistentTree node = PersistentTree.find(state.roots.get(bucket), key);
            return node == null ? null : node.value.clone();
        }

        @Override
        public void scan(
                Bucket bucket, byte[] fromInclusive, byte @Nullable [] toExclusive, Visitor v) {
            PersistentTree.scan(state.roots.get(bucket), fromInclusive, toExclusive, v);
        }

        @Override
        public @Nullable Entry last(Bucket bucket) {
            PersistentTree node = PersistentTree.last(state.roots.get(bucket));
            return node == null ? null : new Entry(node.key.clone(), node.value.clone());
        }

        @Override
        public long count(Bucket bucket) {
            return PersistentTree.size(state.roots.get(bucket));
        }

        @Override
        public void close() {}
    }
}
