package dev.quorate.api.tls;

import dev.quorate.log.Log;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was read of some files, read again when they have changed. Files that cannot be used leave in force what was read before: a
 * replacement of two files is not seen half done. Any thread.
 *
 * @param <T> what the files mean
 */
final class Reloading<T> {
    private static final Log log = Log.of(Reloading.class);

    /** Reads and checks the files. */
    @FunctionalInterface
    interface Reader<T> {
        T read() throws IOException;
    }

    private final List<Path> files;
    private final String complaint;
    private final Reader<T> reader;
    private FileStamp seen;
    private T value;

    /**
     * @param complaint the message of the warning about files that cannot be used
     * @throws IOException if they cannot be used now
     */
    Reloading(List<Path> files, String complaint, Reader<T> reader) throws IOException {
        this.files = List.copyOf(files);
        this.complaint = complaint;
        this.reader = reader;
        this.seen = FileStamp.of(files);
        this.value = reader.read();
    }

    /** What the files mean now. */
    synchronized T get() {
        FileStamp now = stamp();
        if (now != null && !now.equals(seen)) {
            seen = now;
            try {
                value = reader.read();
            } catch (IOException e) {
                complain(e);
            }
        }
        return value;
    }

    private @Nullable FileStamp stamp() {
        try {
            return FileStamp.of(files);
        } catch (IOException e) {
            complain(e);
            return null;
        }
    }

    private void complain(IOException e) {
        log.warn(complaint, "files", files.toString(), "error", String.valueOf(e.getMessage()));
    }
}
