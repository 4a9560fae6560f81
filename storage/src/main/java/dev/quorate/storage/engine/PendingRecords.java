package dev.quorate.storage.engine;

import org.jspecify.annotations.Nullable;

/**
 * The records of {@link Bucket#KEY} that are applied but perhaps not yet committed, readable by any thread without a lock.
 *
 * <p>The owner appends to the last chunk and publishes each record with one volatile write of the chunk's size. The committer replaces
 * the list when records have reached the engine. A reader takes the list <em>first</em> and the engine's snapshot <em>second</em>: what
 * the list no longer holds is then in the snapshot, and what both hold is identical, since records never change.
 */
final class PendingRecords {
    private static final int CHUNK_RECORDS = 512;

    /** A chunk is full beyond this size, which bounds what a half-committed chunk keeps alive. */
    private static final long CHUNK_BYTES = 1 << 20;

    private static final Window EMPTY = new Window(new Chunk[0], 0, 0);

    private final Object listLock = new Object();
    private volatile Window window = EMPTY;

    // Owner's own.
    private @Nullable Chunk tail;
    private long nextSequence;
    private long lastMain;
    private long lastSub;

    /** Starts empty; the first record must come behind {@code (lastMain, lastSub)}. */
    PendingRecords(long lastMain, long lastSub) {
        this.lastMain = lastMain;
        this.lastSub = lastSub;
    }

    /** Appends a record; returns the number of records ever appended. Owner only. */
    long append(long main, long sub, boolean tombstone, byte[] value) {
        if (compare(main, sub, lastMain, lastSub) <= 0) {
            throw new IllegalStateException(
                    "revision %d/%d written after %d/%d".formatted(main, sub, lastMain, lastSub));
        }
        Chunk chunk = tail;
        if (chunk == null || chunk.isFull()) {
            chunk = new Chunk(nextSequence);
            chunk.add(main, sub, tombstone, value);
            publish(chunk);
        } else {
            chunk.add(main, sub, tombstone, value);
        }
        lastMain = main;
        lastSub = sub;
        return ++nextSequence;
    }

    /** Drops the first {@code sequence} records ever appended: the engine has them. */
    void trim(long sequence) {
        synchronized (listLock) {
            Chunk[] chunks = window.chunks;
            int drop = 0;
            while (drop < chunks.length && chunks[drop].end() <= sequence) {
                drop++;
            }
            // The tail stays even when it is used up: the owner goes on filling it.
            drop = Math.min(drop, Math.max(0, chunks.length - 1));
            if (chunks.length == 0) {
                return;
            }
            Chunk[] kept = new Chunk[chunks.length - drop];
            System.arraycopy(chunks, drop, kept, 0, kept.length);
            int from = (int) Math.max(0, sequence - kept[0].baseSequence);
            window = new Window(kept, from, 0);
        }
    }

    /** Forgets all records; the next one must come behind {@code (main, sub)}. Owner only. */
    void reset(long main, long sub) {
        synchronized (listLock) {
            window = EMPTY;
        }
        tail = null;
        lastMain = main;
        lastSub = sub;
    }

    /** The records published so far. */
    Window window() {
        Window now = window;
        if (now.chunks.length == 0) {
            return now;
        }
        return new Window(now.chunks, now.from, now.chunks[now.chunks.length - 1].size);
    }

    private void publish(Chunk chunk) {
        synchronized (listLock) {
            Chunk[] chunks = window.chunks;
            int from = window.from;
            if (chunks.length == 1 && from == chunks[0].size) {
                chunks = EMPTY.chunks;
                from = 0;
            }
            Chunk[] longer = new Chunk[chunks.length + 1];
            System.arraycopy(chunks, 0, longer, 0, chunks.length);
            longer[chunks.length] = chunk;
            window = new Window(longer, from, 0);
        }
        tail = chunk;
    }

    private static int compare(long mainA, long subA, long mainB, long subB) {
        return mainA != mainB ? Long.compare(mainA, mainB) : Long.compare(subA, subB);
    }

    /** Up to {@link #CHUNK_RECORDS} ascending records. */
    private static final class Chunk {
        final long baseSequence;
        final long[] mains = new long[CHUNK_RECORDS];
        final long[] subs = new long[CHUNK_RECORDS];
        final boolean[] tombstones = new boolean[CHUNK_RECORDS];
        final byte[][] values = new byte[CHUNK_RECORDS][];
        private long bytes;
        volatile int size;

        Chunk(long baseSequence) {
            this.baseSequence = baseSequence;
        }

        long end() {
            return baseSequence + size;
        }

        boolean isFull() {
            return size == CHUNK_RECORDS || bytes >= CHUNK_BYTES;
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // only the owner writes
        void add(long main, long sub, boolean tombstone, byte[] value) {
            int at = size;
            mains[at] = main;
            subs[at] = sub;
            tombstones[at] = tombstone;
            values[at] = value;
            bytes += value.length;
            size = at + 1;
        }

        /** First position in {@code [low, high)} whose revision is not below {@code (main, sub)}. */
        int lowerBound(int low, int high, long main, long sub) {
            int lo = low;
            int hi = high;
            while (lo < hi) {
                int mid = (lo + hi) >>> 1;
                if (compare(mains[mid], subs[mid], main, sub) < 0) {
                    lo = mid + 1;
                } else {
                    hi = mid;
                }
            }
            return lo;
        }
    }

    /** An unchanging look at the pending records: {@code chunks} without the first {@code from} and cut at {@code tailSize}. */
    static final class Window {
        private final Chunk[] chunks;
        private final int from;
        private final int tailSize;

        private Window(Chunk[] chunks, int from, int tailSize) {
            this.chunks = chunks;
            this.from = from;
            this.tailSize = tailSize;
        }

        boolean isEmpty() {
            return chunks.length == 0 || start(0) >= end(0);
        }

        /** Main revision of the first record; the window must not be empty. */
        long firstMain() {
            return chunks[0].mains[from];
        }

        /** Sub revision of the first record; the window must not be empty. */
        long firstSub() {
            return chunks[0].subs[from];
        }

        byte @Nullable [] get(long main, long sub, boolean tombstone) {
            if (isEmpty() || compare(main, sub, firstMain(), firstSub()) < 0) {
                return null;
            }
            int c = chunkOf(main, sub);
            Chunk chunk = chunks[c];
            int at = chunk.lowerBound(start(c), end(c), main, sub);
            boolean found =
                    at < end(c)
                            && chunk.mains[at] == main
                            && chunk.subs[at] == sub
                            && chunk.tombstones[at] == tombstone;
            return found ? chunk.values[at] : null;
        }

        /** The last chunk that does not begin behind {@code (main, sub)}, which must not lie before the first record. */
        private int chunkOf(long main, long sub) {
            int lo = 0;
            int hi = chunks.length - 1;
            while (lo < hi) {
                int mid = (lo + hi + 1) >>> 1;
                if (compare(main, sub, chunks[mid].mains[0], chunks[mid].subs[0]) < 0) {
                    hi = mid - 1;
                } else {
                    lo = mid;
                }
            }
            return lo;
        }

        void scan(long fromMain, long toMain, RecordView.Visitor visitor) {
            for (int c = 0; c < chunks.length; c++) {
                Chunk chunk = chunks[c];
                int end = end(c);
                for (int i = chunk.lowerBound(start(c), end, fromMain, Long.MIN_VALUE);
                        i < end;
                        i++) {
                    if (chunk.mains[i] >= toMain
                            || !visitor.visit(
                                    chunk.mains[i],
                                    chunk.subs[i],
                                    chunk.tombstones[i],
                                    chunk.values[i])) {
                        return;
                    }
                }
            }
        }

        private int start(int c) {
            return c == 0 ? from : 0;
        }

        private int end(int c) {
            return c == chunks.length - 1 ? tailSize : chunks[c].size;
        }
    }
}
