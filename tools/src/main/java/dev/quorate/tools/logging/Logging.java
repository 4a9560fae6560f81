package dev.quorate.tools.logging;

import dev.quorate.log.Level;
import dev.quorate.log.LineFormat;
import dev.quorate.log.Log;
import dev.quorate.server.config.LogSettings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Sets up the log of a process. */
public final class Logging {
    private Logging() {}

    /** Lines of level info and above as JSON on standard error, until the configuration is known. */
    public static void installDefault() {
        Log.install(
                new StreamSink(
                        Level.INFO,
                        LineFormat.JSON,
                        InstantSource.system(),
                        List.of(standardError())));
    }

    /**
     * Sends every later line where the settings say, and takes over what libraries log.
     *
     * @throws IOException if a file cannot be opened; the message names it
     */
    public static void install(LogSettings settings) throws IOException {
        InstantSource clock = InstantSource.system();
        List<OutputStream> outputs = new ArrayList<>();
        for (String name : settings.outputs()) {
            outputs.add(open(name, settings, clock));
        }
        Log.install(new StreamSink(settings.level(), settings.format(), clock, outputs));
    }

    /**
     * Takes over {@code java.util.logging}. Separate from {@link #install}, because it loads classes that a program which only
     * prints its version does without.
     *
     * @param least least urgent level of the program's log; libraries are asked for nothing below it
     */
    public static void captureLibraries(Level least) {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new PlatformHandler());
        root.setLevel(
                least == Level.DEBUG
                        ? java.util.logging.Level.FINE
                        : java.util.logging.Level.WARNING);
    }

    private static OutputStream open(String name, LogSettings settings, InstantSource clock)
            throws IOException {
        return switch (name) {
            case "default", "stderr", "systemd/journal" -> standardError();
            case "stdout" -> new FileOutputStream(FileDescriptor.out);
            default ->
                    settings.rotate()
                            ? new RotatingFile(Path.of(name), settings.rotation(), clock)
                            : Files.newOutputStream(
                                    Path.of(name),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.APPEND);
        };
    }

    private static OutputStream standardError() {
        return new FileOutputStream(FileDescriptor.err);
    }
}
