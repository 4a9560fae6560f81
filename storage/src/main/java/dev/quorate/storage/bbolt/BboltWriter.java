package dev.quorate.storage.bbolt;

import dev.quorate.storage.engine.ReadView;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes a compact bbolt file front to back: first {@link #plan}, which reads everything once and knows the size, then {@link #write}, which
 * reads everything again. Both passes must see the same records, so the source has to be a snapshot.
 *
 * <p>Memory is bounded by a few pages per level of a tree and the largest record. Used by one thread.
 */
public final class BboltWriter {
    private static final long FREELIST_PAGE = Format.FIRST_DATA_PAGE;

    /** The newer meta's transaction; even, so that page 0 is its place. */
    private static final long TRANSACTION = 2;

    private final BucketSource source;
    private final int pageBytes;
    private final long root;
    private final long pages;

    private BboltWriter(BucketSource source, int pageBytes, long root, long pages) {
        this.source = source;
        this.pageBytes = pageBytes;
        this.root = root;
        this.pages = pages;
    }

    /** Plans a file with all buckets of the view, which must stay open until the file is written. */
    public static BboltWriter plan(ReadView view) {
        return plan(BucketSource.of(view));
    }

    /** Plans a file with all buckets of the source. */
    public static BboltWriter plan(BucketSource source) {
        PageSink counter = new PageSink(null, Format.DEFAULT_PAGE_BYTES, FREELIST_PAGE + 1);
        try {
            long root = writeTrees(source, counter);
            return new BboltWriter(source, Format.DEFAULT_PAGE_BYTES, root, counter.next());
        } catch (IOException e) {
            throw new UncheckedIOException("counting does no I/O", e);
        }
    }

    /** The exact size of the file. */
    public long sizeBytes() {
        return pages * pageBytes;
    }

    /**
     * Writes the file: exactly {@link #sizeBytes} bytes, in pieces of whole pages. The stream is neither flushed nor closed.
     *
     * @throws IOException if the stream throws it
     */
    public void write(OutputStream out) throws IOException {
        out.write(metaPage(0, TRANSACTION));
        out.write(metaPage(1, TRANSACTION - 1));
        byte[] freelist = new byte[pageBytes];
        Format.putHeader(freelist, 0, FREELIST_PAGE, Format.FREELIST, 0, 0);
        out.write(freelist);
        PageSink sink = new PageSink(out, pageBytes, FREELIST_PAGE + 1);
        long writtenRoot = writeTrees(source, sink);
        if (writtenRoot != root || sink.next() != pages) {
            throw new IllegalStateException(
                    "source changed between planning and writing: %d pages became %d"
                            .formatted(pages, sink.next()));
        }
    }

    private static long writeTrees(BucketSource source, PageSink sink) throws IOException {
        TreeWriter rootTree = new TreeWriter(sink, Format.BUCKET_FLAG);
        for (byte[] bucket : source.buckets()) {
            TreeWriter tree = new TreeWriter(sink, 0);
            Copy copy = new Copy(tree);
            source.scan(bucket, copy);
            copy.rethrow();
            rootTree.add(bucket, tree.finishBucket());
        }
        return rootTree.finishTree();
    }

    private byte[] metaPage(long id, long transaction) {
        byte[] page = new byte[pageBytes];
        Format.putHeader(page, 0, id, Format.META, 0, 0);
        int at = Format.HEADER_BYTES;
        Format.putInt(page, at, Format.MAGIC);
        Format.putInt(page, at + Format.META_VERSION_AT, Format.VERSION);
        Format.putInt(page, at + Format.META_PAGE_SIZE_AT, pageBytes);
        Format.putLong(page, at + Format.META_ROOT_AT, root);
        Format.putLong(page, at + Format.META_FREELIST_AT, FREELIST_PAGE);
        Format.putLong(page, at + Format.META_HIGH_WATER_AT, pages);
        Format.putLong(page, at + Format.META_TRANSACTION_AT, transaction);
        int checksumAt = at + Format.META_CHECKSUM_AT;
        Format.putLong(page, checksumAt, Format.fnv(page, at, checksumAt));
        return page;
    }

    /** Carries records from a scan into a tree, and an I/O failure back out of the scan. */
    private static final class Copy implements ReadView.Visitor {
        private final TreeWriter tree;
        private @Nullable IOException failure;

        Copy(TreeWriter tree) {
            this.tree = tree;
        }

        @Override
        public boolean visit(byte[] key, byte[] value) {
            try {
                tree.add(key, value);
                return true;
            } catch (IOException e) {
                failure = e;
                return false;
            }
        }

        void rethrow() throws IOException {
            if (failure != null) {
                throw failure;
            }
        }
    }
}
