package dev.quorate.server.watch;

import dev.quorate.store.mvcc.Change;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Hands batches from the apply thread to the hub's thread: one writer, one reader, bounded in number and in bytes, never waiting. */
final class PublishRing {
    /** What a change weighs beside its record: the objects around it. */
    private static final int CHANGE_OVERHEAD_BYTES = 128;

    /**
     * What was applied in one go.
     *
     * @param base the revision before it
     * @param revision the revision after it
     */
    record Batch(long base, long revision, List<Change> changes, long sizeBytes) {
        static Batch of(long base, long revision, List<Change> changes) {
            long size = 0;
            for (int i = 0; i < changes.size(); i++) {
                size += CHANGE_OVERHEAD_BYTES + changes.get(i).record().length;
            }
            return new Batch(base, revision, changes, size);
        }
    }

    private final AtomicReferenceArray<@Nullable Batch> slots;
    private final int mask;
    private final long bytesMax;
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong head = new AtomicLong();
    private final AtomicLong tail = new AtomicLong();

    PublishRing(int capacity, long bytesMax) {
        this.slots = new AtomicReferenceArray<>(capacity);
        this.mask = capacity - 1;
        this.bytesMax = bytesMax;
    }

    /** Apply thread. False when there is no room; a batch that is larger than the bound alone passes through an empty ring. */
    boolean offer(Batch batch) {
        long at = tail.get();
        long queued = queuedBytes.get();
        if (at - head.get() > mask || (queued > 0 && queued + batch.sizeBytes() > bytesMax)) {
            return false;
        }
        queuedBytes.addAndGet(batch.sizeBytes());
        slots.set((int) (at & mask), batch);
        tail.set(at + 1);
        return true;
    }

    /** Hub thread. The oldest batch, which stays in the ring. */
    @Nullable Batch peek() {
        long at = head.get();
        return at == tail.get() ? null : slots.get((int) (at & mask));
    }

    /** Hub thread. Takes the batch that {@link #peek} showed. */
    void drop(Batch batch) {
        long at = head.get();
        slots.set((int) (at & mask), null);
        queuedBytes.addAndGet(-batch.sizeBytes());
        head.set(at + 1);
    }

    boolean isEmpty() {
        return head.get() == tail.get();
    }
}
