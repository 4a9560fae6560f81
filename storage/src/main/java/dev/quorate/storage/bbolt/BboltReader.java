package dev.quorate.storage.bbolt;

import dev.quorate.storage.CorruptionException;
import dev.quorate.storage.engine.ReadView;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a bbolt file: a snapshot (a trailer behind the last page is ignored) or the database of a member that is not running.
 *
 * <p>Every number in the file is checked before it is used; damage raises {@link CorruptionException} with page and offset. Used by one
 * thread at a time.
 */
public final class BboltReader implements BucketSource, AutoCloseable {
    private static final int MAX_DEPTH = 64;

    private final RandomAccess file;
    private final AutoCloseable resource;
    private final String name;
    private final Meta meta;
    private final List<NamedBucket> buckets = new ArrayList<>();

    private BboltReader(RandomAccess file, AutoCloseable resource, String name) throws IOException {
        this.file = file;
        this.resource = resource;
        this.name = name;
        this.meta = chooseMeta();
        new Walk(true, (key, value) -> buckets.add(new NamedBucket(key, value))).page(meta.root);
    }

    /**
     * Opens the file at {@code path} for reading.
     *
     * @throws IOException if it cannot be read
     * @throws CorruptionException if it is not a bbolt file or its root is damaged
     */
    public static BboltReader open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        boolean opened = false;
        try {
            BboltReader reader =
                    new BboltReader(new ChannelAccess(channel), channel, path.toString());
            opened = true;
            return reader;
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    /** Reads from {@code file}, which messages call {@code name}; the caller closes it. */
    public static BboltReader of(RandomAccess file, String name) throws IOException {
        return new BboltReader(file, () -> {}, name);
    }

    /** Length of the database in bytes; what follows in the file is not part of it. */
    public long sizeBytes() {
        return meta.highWater * meta.pageBytes;
    }

    /** Number of the transaction that wrote this state. */
    public long transaction() {
        return meta.transaction;
    }

    @Override
    public List<byte[]> buckets() {
        return buckets.stream().map(b -> b.name.clone()).toList();
    }

    @Override
    public void scan(byte[] bucket, ReadView.Visitor visitor) {
        for (NamedBucket candidate : buckets) {
            if (Arrays.equals(candidate.name, bucket)) {
                scanBucket(candidate.value, visitor);
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            resource.close();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("close " + name, e);
        }
    }

    private void scanBucket(byte[] value, ReadView.Visitor visitor) {
        Walk walk = new Walk(false, visitor);
        if (value.length < Format.BUCKET_BYTES) {
            throw damaged("a bucket's value of " + value.length + " bytes");
        }
        long root = Format.getLong(value, 0);
        try {
            if (root == 0) {
                byte[] page = Arrays.copyOfRange(value, Format.BUCKET_BYTES, value.length);
                walk.inline(page);
            } else {
                walk.page(root);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("read " + name, e);
        }
    }

    // ---- metas ----

    private Meta chooseMeta() throws IOException {
        long size = file.sizeBytes();
        Optional<Meta> first = readMeta(0, size);
        Optional<Meta> second = Optional.empty();
        if (first.isPresent()) {
            second = readMeta(first.get().pageBytes, size);
        } else {
            for (int at = Format.MIN_PAGE_BYTES; at <= Format.MAX_PAGE_BYTES; at <<= 1) {
                second = readMeta(at, size).filter(m -> m.pageBytes > 0);
                if (second.isPresent() && second.get().pageBytes == at) {
                    break;
                }
                second = Optional.empty();
            }
        }
        if (first.isEmpty() && second.isEmpty()) {
            throw new NoDatabaseException(name);
        }
        Meta chosen =
                first.isPresent()
                                && (second.isEmpty()
                                        || Long.compareUnsigned(
                                                        first.get().transaction,
                                                        second.get().transaction)
                                                >= 0)
                        ? first.get()
                        : second.orElseThrow();
        if (chosen.highWater < Format.FIRST_DATA_PAGE
                || chosen.highWater > size / chosen.pageBytes) {
            throw damaged(
                    "meta promises %d pages of %d bytes, the file has %d bytes"
                            .formatted(chosen.highWater, chosen.pageBytes, size));
        }
        return chosen;
    }

    private Optional<Meta> readMeta(long at, long size) throws IOException {
        if (size < at + Format.HEADER_BYTES + Format.META_BYTES) {
            return Optional.empty();
        }
        byte[] bytes = file.read(at + Format.HEADER_BYTES, Format.META_BYTES);
        int pageBytes = (int) Format.getUnsignedInt(bytes, Format.META_PAGE_SIZE_AT);
        boolean valid =
                Format.getUnsignedInt(bytes, 0) == (Format.MAGIC & 0xffff_ffffL)
                        && Format.getUnsignedInt(bytes, Format.META_VERSION_AT) == Format.VERSION
                        && Format.getLong(bytes, Format.META_CHECKSUM_AT)
                                == Format.fnv(bytes, 0, Format.META_CHECKSUM_AT)
                        && pageBytes >= Format.MIN_PAGE_BYTES
                        && pageBytes <= Format.MAX_PAGE_BYTES
                        && Integer.bitCount(pageBytes) == 1;
        if (!valid) {
            return Optional.empty();
        }
        return Optional.of(
                new Meta(
                        pageBytes,
                        Format.getLong(bytes, Format.META_ROOT_AT),
                        Format.getLong(bytes, Format.META_HIGH_WATER_AT),
                        Format.getLong(bytes, Format.META_TRANSACTION_AT)));
    }

    private CorruptionException damaged(String what) {
        return new CorruptionException(name + ": " + what + "; use another copy of this file");
    }

    private record Meta(int pageBytes, long root, long highWater, long transaction) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record NamedBucket(byte[] name, byte[] value) {}

    /** One pass over one tree. */
    private final class Walk {
        private final boolean ofBuckets;
        private final ReadView.Visitor visitor;
        private final BitSet seen = new BitSet();
        private byte @Nullable [] previousKey;

        Walk(boolean ofBuckets, ReadView.Visitor visitor) {
            this.ofBuckets = ofBuckets;
            this.visitor = visitor;
        }

        void page(long id) throws IOException {
            page(id, MAX_DEPTH);
        }

        void inline(byte[] page) {
            if (page.length < Format.HEADER_BYTES
                    || Format.getUnsignedShort(page, Format.FLAGS_AT) != Format.LEAF) {
                throw damaged(0, Format.FLAGS_AT, "an inline bucket that is no leaf page");
            }
            leaf(0, page);
        }

        /** Returns whether the visitor wants more. */
        private boolean page(long id, int depthLeft) throws IOException {
            if (depthLeft == 0) {
                throw damaged(id, 0, "tree deeper than " + MAX_DEPTH);
            }
            byte[] page = readPage(id);
            return switch (Format.getUnsignedShort(page, Format.FLAGS_AT)) {
                case Format.LEAF -> leaf(id, page);
                case Format.BRANCH -> branch(id, page, depthLeft);
                default -> throw damaged(id, Format.FLAGS_AT, "neither branch nor leaf");
            };
        }

        private byte[] readPage(long id) throws IOException {
            checkFree(id, 0, 1);
            byte[] header = file.read(id * meta.pageBytes, Format.HEADER_BYTES);
            if (Format.getLong(header, 0) != id) {
                throw damaged(id, 0, "page says it is " + Format.getLong(header, 0));
            }
            long pages = 1 + Format.getUnsignedInt(header, Format.OVERFLOW_AT);
            checkFree(id, Format.OVERFLOW_AT, pages);
            if (pages * meta.pageBytes > Integer.MAX_VALUE - Long.BYTES) {
                throw damaged(id, Format.OVERFLOW_AT, "page of " + pages + " pages");
            }
            seen.set((int) id, (int) (id + pages));
            return file.read(id * meta.pageBytes, (int) (pages * meta.pageBytes));
        }

        private void checkFree(long id, int offset, long pages) {
            if (id < Format.FIRST_DATA_PAGE
                    || id >= meta.highWater
                    || pages > meta.highWater - id
                    || meta.highWater > Integer.MAX_VALUE) {
                throw damaged(id, offset, "pages outside the file's " + meta.highWater);
            }
            int used = seen.nextSetBit((int) id);
            if (used >= 0 && used < id + pages) {
                throw damaged(id, offset, "page " + used + " belongs to two places");
            }
        }

        private boolean branch(long id, byte[] page, int depthLeft) throws IOException {
            int count = count(id, page);
            if (count == 0) {
                throw damaged(id, Format.COUNT_AT, "branch without children");
            }
            for (int i = 0; i < count; i++) {
                int element = Format.HEADER_BYTES + i * Format.ELEMENT_BYTES;
                long at = element + Format.getUnsignedInt(page, element);
                long keySize = Format.getUnsignedInt(page, element + 4);
                checkData(id, element, page, at, keySize);
                if (!page(Format.getLong(page, element + 8), depthLeft - 1)) {
                    return false;
                }
            }
            return true;
        }

        private boolean leaf(long id, byte[] page) {
            int count = count(id, page);
            for (int i = 0; i < count; i++) {
                int element = Format.HEADER_BYTES + i * Format.ELEMENT_BYTES;
                long flags = Format.getUnsignedInt(page, element);
                long at = element + Format.getUnsignedInt(page, element + 4);
                long keySize = Format.getUnsignedInt(page, element + 8);
                long valueSize = Format.getUnsignedInt(page, element + 12);
                if (flags != (ofBuckets ? Format.BUCKET_FLAG : 0)) {
                    throw damaged(id, element, "element flags " + flags);
                }
                checkData(id, element, page, at, keySize + valueSize);
                int keyEnd = (int) (at + keySize);
                byte[] key = Arrays.copyOfRange(page, (int) at, keyEnd);
                if (keySize == 0
                        || (previousKey != null && Arrays.compareUnsigned(previousKey, key) >= 0)) {
                    throw damaged(id, element, "keys do not ascend");
                }
                previousKey = key;
                byte[] value = Arrays.copyOfRange(page, keyEnd, (int) (keyEnd + valueSize));
                if (!visitor.visit(key.clone(), value)) {
                    return false;
                }
            }
            return true;
        }

        private int count(long id, byte[] page) {
            int count = Format.getUnsignedShort(page, Format.COUNT_AT);
            if (Format.HEADER_BYTES + (long) count * Format.ELEMENT_BYTES > page.length) {
                throw damaged(id, Format.COUNT_AT, count + " elements in one page");
            }
            return count;
        }

        private void checkData(long id, int element, byte[] page, long at, long length) {
            if (at + length > page.length) {
                throw damaged(
                        id,
                        element,
                        "element reaches to %d of %d".formatted(at + length, page.length));
            }
        }

        private CorruptionException damaged(long id, int offset, String what) {
            return BboltReader.this.damaged("page %d, offset %d: %s".formatted(id, offset, what));
        }
    }

    private record ChannelAccess(FileChannel channel) implements RandomAccess {
        @Override
        public long sizeBytes() throws IOException {
            return channel.size();
        }

        @Override
        public byte[] read(long offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(length);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, offset + buffer.position()) < 0) {
                    throw new EOFException("file ends before " + (offset + length));
                }
            }
            return buffer.array();
        }
    }
}
