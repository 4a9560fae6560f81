package dev.quorate.api.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** By what it is told, without reading them, that files have changed. */
record FileStamp(List<Part> parts) {

    /**
     * One file.
     *
     * @param identity differs when another file was renamed into place; null where the file system has none
     */
    record Part(long modifiedNanos, long sizeBytes, @Nullable Object identity) {}

    static FileStamp of(List<Path> files) throws IOException {
        List<Part> parts = new ArrayList<>(files.size());
        for (Path file : files) {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            parts.add(
                    new Part(
                            attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
                            attributes.size(),
                            attributes.fileKey()));
        }
        return new FileStamp(List.copyOf(parts));
    }
}
