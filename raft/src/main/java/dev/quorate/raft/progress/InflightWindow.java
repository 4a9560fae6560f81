package dev.quorate.raft.progress;

import dev.quorate.raft.Check;
import java.util.Arrays;

/**
 * The append messages under way to one follower, each known by its last index. A ring that grows up
 * to its capacity only when needed, since most followers never have many.
 */
final class InflightWindow {
    private static final int SMALLEST = 8;

    private final int capacity;
    private long[] lastIndexes;
    private int start;
    private int count;

    InflightWindow(int capacity) {
        Check.argument(capacity > 0, "capacity", capacity, "> 0");
        this.capacity = capacity;
        this.lastIndexes = new long[Math.min(SMALLEST, capacity)];
    }

    /** A message that ends at the index has left. */
    void add(long lastIndex) {
        Check.that(!isFull(), "the window is full", count, capacity);
        if (count == lastIndexes.length) {
            grow();
        }
        lastIndexes[(start + count) % lastIndexes.length] = lastIndex;
        count++;
    }

    /** Everything up to the index has arrived. */
    void freeThrough(long index) {
        while (count > 0 && lastIndexes[start] <= index) {
            start = (start + 1) % lastIndexes.length;
            count--;
        }
    }

    void clear() {
        start = 0;
        count = 0;
    }

    boolean isFull() {
        return count == capacity;
    }

    int count() {
        return count;
    }

    private void grow() {
        int doubled = (int) Math.min((long) lastIndexes.length * 2, capacity);
        long[] larger = Arrays.copyOf(lastIndexes, doubled);
        for (int i = 0; i < count; i++) {
            larger[i] = lastIndexes[(start + i) % lastIndexes.length];
        }
        lastIndexes = larger;
        start = 0;
    }
}
