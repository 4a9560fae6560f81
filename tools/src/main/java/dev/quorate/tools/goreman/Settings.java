package dev.quorate.tools.goreman;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What flags, variables and the file {@code .goreman} come to.
 *
 * @param procfile as given; relative to the directory
 * @param directory where the Procfile, the {@code .env} files and the commands are
 * @param controlPort of {@code goreman run}
 * @param basePort PORT of the first entry of the Procfile
 * @param ready address per entry that tells when it serves
 */
record Settings(
        String procfile,
        Path directory,
        boolean controlServer,
        int controlPort,
        int basePort,
        boolean setPorts,
        boolean exitOnError,
        boolean exitOnStop,
        boolean logTime,
        List<String> envFiles,
        Colour colour,
        RestartPolicy restart,
        Map<String, URI> ready) {

    /** Each entry's PORT is that much above the one before. */
    private static final int PORT_STEP = 100;

    /** When names are coloured. */
    enum Colour {
        AUTO,
        ALWAYS,
        NEVER
    }

    Settings {
        envFiles = List.copyOf(envFiles);
        ready = Map.copyOf(ready);
    }

    /** The PORT of an entry, by its place in the file whatever else is started. */
    OptionalInt port(Procfile.Entry entry) {
        return setPorts
                ? OptionalInt.of(basePort + PORT_STEP * entry.position())
                : OptionalInt.empty();
    }

    Path procfilePath() {
        return directory.resolve(procfile);
    }
}
