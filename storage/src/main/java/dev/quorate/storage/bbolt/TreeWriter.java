package dev.quorate.storage.bbolt;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds one bucket's tree from ascending records: a leaf is written when the next record does not fit, a branch page when its children
 * are complete. Every page but the last of a level is as full as its records allow.
 */
final class TreeWriter {
    /** A branch page keeps this many children back for its successor, which else might get a single one. */
    private static final int KEPT_BACK = 2;

    private final PageSink sink;
    private final int elementFlags;
    private final List<byte[]> keys = new ArrayList<>();
    private final List<byte[]> values = new ArrayList<>();
    private long leafBytes = Format.HEADER_BYTES;
    private byte @Nullable [] previousKey;
    private final List<Level> levels = new ArrayList<>();

    /** Every record gets {@code elementFlags}: 1 in the root tree, whose values are buckets, else 0. */
    TreeWriter(PageSink sink, int elementFlags) {
        this.sink = sink;
        this.elementFlags = elementFlags;
    }

    void add(byte[] key, byte[] value) throws IOException {
        if (previousKey != null && Arrays.compareUnsigned(previousKey, key) >= 0) {
            throw new IllegalArgumentException("keys do not ascend");
        }
        previousKey = key;
        long need = Format.ELEMENT_BYTES + (long) key.length + value.length;
        if (!keys.isEmpty() && leafBytes + need > sink.pageBytes()) {
            finishLeaf();
        }
        keys.add(key);
        values.add(value);
        leafBytes += need;
    }

    /** Ends the tree and returns its bucket value: with the records inside if they are few, else with the page of the root. */
    byte[] finishBucket() throws IOException {
        if (levels.isEmpty() && leafBytes <= sink.pageBytes() / 4) {
            byte[] value = new byte[Format.BUCKET_BYTES + Math.toIntExact(leafBytes)];
            fillLeaf(value, Format.BUCKET_BYTES, 0, 0);
            return value;
        }
        byte[] value = new byte[Format.BUCKET_BYTES];
        Format.putLong(value, 0, finishTree());
        return value;
    }

    /** Ends the tree and returns the page of its root. */
    long finishTree() throws IOException {
        if (!keys.isEmpty() || levels.isEmpty()) {
            finishLeaf();
        }
        int top = 0;
        while (top < levels.size() - 1 || levels.get(top).children.size() > 1) {
            Level level = levels.get(top);
            writeBranch(top, level.children.size());
            top++;
        }
        return levels.get(top).children.getFirst().page;
    }

    private void finishLeaf() throws IOException {
        byte[] firstKey = keys.isEmpty() ? new byte[0] : keys.getFirst();
        long id = sink.next();
        int pages = sink.pagesFor(leafBytes);
        if (sink.writes()) {
            byte[] image = new byte[Math.multiplyExact(pages, sink.pageBytes())];
            fillLeaf(image, 0, id, pages - 1);
            sink.write(image);
        } else {
            sink.skip(pages);
        }
        keys.clear();
        values.clear();
        leafBytes = Format.HEADER_BYTES;
        addChild(0, new Child(firstKey, id));
    }

    private void fillLeaf(byte[] image, int at, long id, int overflow) {
        int count = keys.size();
        Format.putHeader(image, at, id, Format.LEAF, count, overflow);
        int element = at + Format.HEADER_BYTES;
        int data = element + count * Format.ELEMENT_BYTES;
        for (int i = 0; i < count; i++) {
            byte[] key = keys.get(i);
            byte[] value = values.get(i);
            Format.putInt(image, element, elementFlags);
            Format.putInt(image, element + 4, data - element);
            Format.putInt(image, element + 8, key.length);
            Format.putInt(image, element + 12, value.length);
            System.arraycopy(key, 0, image, data, key.length);
            System.arraycopy(value, 0, image, data + key.length, value.length);
            data += key.length + value.length;
            element += Format.ELEMENT_BYTES;
        }
    }

    private void addChild(int depth, Child child) throws IOException {
        if (depth == levels.size()) {
            levels.add(new Level());
        }
        Level level = levels.get(depth);
        level.children.add(child);
        level.bytes += child.bytes();
        if (level.bytes > sink.pageBytes() && level.children.size() >= 2 * KEPT_BACK) {
            writeBranch(depth, level.children.size() - KEPT_BACK);
        }
    }

    /** Writes the first {@code count} children waiting at {@code depth} as one page. */
    private void writeBranch(int depth, int count) throws IOException {
        Level level = levels.get(depth);
        List<Child> children = level.children.subList(0, count);
        long bytes = Format.HEADER_BYTES;
        for (Child child : children) {
            bytes += child.bytes();
        }
        long id = sink.next();
        int pages = sink.pagesFor(bytes);
        if (sink.writes()) {
            byte[] image = new byte[Math.multiplyExact(pages, sink.pageBytes())];
            fillBranch(image, id, pages - 1, children);
            sink.write(image);
        } else {
            sink.skip(pages);
        }
        Child written = new Child(children.getFirst().firstKey, id);
        children.clear();
        level.bytes -= bytes - Format.HEADER_BYTES;
        addChild(depth + 1, written);
    }

    private static void fillBranch(byte[] image, long id, int overflow, List<Child> children) {
        Format.putHeader(image, 0, id, Format.BRANCH, children.size(), overflow);
        int element = Format.HEADER_BYTES;
        int data = element + children.size() * Format.ELEMENT_BYTES;
        for (Child child : children) {
            Format.putInt(image, element, data - element);
            Format.putInt(image, element + 4, child.firstKey.length);
            Format.putLong(image, element + 8, child.page);
            System.arraycopy(child.firstKey, 0, image, data, child.firstKey.length);
            data += child.firstKey.length;
            element += Format.ELEMENT_BYTES;
        }
    }

    /** Finished pages that wait for their parent. */
    private static final class Level {
        final List<Child> children = new ArrayList<>();
        long bytes = Format.HEADER_BYTES;
    }

    private static final class Child {
        final byte[] firstKey;
        final long page;

        Child(byte[] firstKey, long page) {
            this.firstKey = firstKey;
            this.page = page;
        }

        long bytes() {
            return Format.ELEMENT_BYTES + (long) firstKey.length;
        }
    }
}
