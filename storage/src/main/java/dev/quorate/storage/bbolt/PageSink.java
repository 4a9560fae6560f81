package dev.quorate.storage.bbolt;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Numbers pages in the order in which they are finished and, unless it only counts, writes them. */
final class PageSink {
    private final @Nullable OutputStream out;
    private final int pageBytes;
    private long next;

    /** Counts only if {@code out} is null. */
    PageSink(@Nullable OutputStream out, int pageBytes, long firstPage) {
        this.out = out;
        this.pageBytes = pageBytes;
        this.next = firstPage;
    }

    int pageBytes() {
        return pageBytes;
    }

    /** The number of the next page. */
    long next() {
        return next;
    }

    /** Whether page images are wanted; if not, {@link #skip} takes their place. */
    boolean writes() {
        return out != null;
    }

    /** Pages that {@code usedBytes} need. */
    int pagesFor(long usedBytes) {
        return Math.toIntExact((usedBytes + pageBytes - 1) / pageBytes);
    }

    void skip(int pages) {
        next += pages;
    }

    void write(byte[] image) throws IOException {
        if (out == null) {
            throw new IllegalStateException("this sink only counts");
        }
        out.write(image);
        next += image.length / pageBytes;
    }
}
