package dev.quorate.tools.logging;

import dev.quorate.server.config.LogSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * A log file that is put aside when it has grown: {@code etcd.log} becomes {@code etcd-2026-11-21T00-00-00.123.log} beside it.
 * Those put aside are deleted by number and age. Used under the lock of its {@link StreamSink}.
 */
final class RotatingFile extends OutputStream {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSS", Locale.ROOT);
    private static final long MEGABYTE = 1024 * 1024;

    private final Path file;
    private final LogSettings.Rotation rotation;
    private final InstantSource clock;
    private final long maxBytes;
    private OutputStream out;
    private long sizeBytes;

    RotatingFile(Path file, LogSettings.Rotation rotation, InstantSource clock) throws IOException {
        this(file, rotation, clock, Math.max(1, rotation.maxSizeMegabytes()) * MEGABYTE);
    }

    RotatingFile(Path file, LogSettings.Rotation rotation, InstantSource clock, long maxBytes)
            throws IOException {
        this.file = file.toAbsolutePath();
        this.rotation = rotation;
        this.clock = clock;
        this.maxBytes = maxBytes;
        this.out = open();
        this.sizeBytes = Files.size(this.file);
    }

    private OutputStream open() throws IOException {
        return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b});
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (sizeBytes > 0 && sizeBytes + length > maxBytes) {
            rotate();
        }
        out.write(bytes, offset, length);
        sizeBytes += length;
    }

    private void rotate() throws IOException {
        out.close();
        Path aside = asideName();
        Files.move(file, aside);
        out = open();
        sizeBytes = 0;
        if (rotation.compress()) {
            compress(aside);
        }
        clean();
    }

    private Path asideName() {
        ZoneId zone = rotation.localTime() ? ZoneId.systemDefault() : ZoneOffset.UTC;
        return file.resolveSibling(
                stem() + "-" + STAMP.format(clock.instant().atZone(zone)) + extension());
    }

    private String stem() {
        String name = name();
        return name.substring(0, name.length() - extension().length());
    }

    private String extension() {
        String name = name();
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot);
    }

    private String name() {
        return String.valueOf(file.getFileName());
    }

    private static void compress(Path aside) throws IOException {
        Path packed = aside.resolveSibling(aside.getFileName() + ".gz");
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(aside, gzip);
        }
        Files.delete(aside);
    }

    private void clean() throws IOException {
        List<Path> aside = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(
                        file.resolveSibling(""), stem() + "-*" + extension() + "*")) {
            files.forEach(aside::add);
        }
        aside.sort(Comparator.reverseOrder()); // names carry the time: newest first
        Instant oldest = clock.instant().minus(Duration.ofDays(rotation.maxAgeDays()));
        for (int i = 0; i < aside.size(); i++) {
            boolean tooMany = rotation.maxBackups() > 0 && i >= rotation.maxBackups();
            boolean tooOld =
                    rotation.maxAgeDays() > 0
                            && Files.getLastModifiedTime(aside.get(i)).toInstant().isBefore(oldest);
            if (tooMany || tooOld) {
                Files.deleteIfExists(aside.get(i));
            }
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
