package dev.quorate.server.config;

import dev.quorate.log.Level;
import dev.quorate.log.LineFormat;
import java.util.List;

/**
 * How the program writes its log; a server only shows it.
 *
 * @param level least urgent level that is written
 * @param outputs {@code default}, {@code stdout}, {@code stderr}, {@code systemd/journal} or paths of files
 * @param format encoding of a line
 * @param rotate whether the file among the outputs is rotated
 * @param rotation when it is
 */
public record LogSettings(
        Level level, List<String> outputs, LineFormat format, boolean rotate, Rotation rotation) {

    public LogSettings {
        outputs = List.copyOf(outputs);
    }

    /**
     * Limits of a rotated file.
     *
     * @param maxSizeMegabytes size at which a file is put aside
     * @param maxAgeDays age at which a file put aside is deleted, 0 for never
     * @param maxBackups files put aside that are kept, 0 for all
     * @param localTime name files by local time instead of UTC
     * @param compress pack files put aside with gzip
     */
    public record Rotation(
            int maxSizeMegabytes,
            int maxAgeDays,
            int maxBackups,
            boolean localTime,
            boolean compress) {}

    public static LogSettings defaults() {
        return new LogSettings(
                Level.INFO,
                List.of("default"),
                LineFormat.JSON,
                false,
                new Rotation(100, 0, 0, false, false));
    }
}
