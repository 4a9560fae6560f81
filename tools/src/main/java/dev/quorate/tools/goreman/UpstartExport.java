package dev.quorate.tools.goreman;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/** Writes an Upstart job per entry: {@code DIR/app-NAME.conf}. */
final class UpstartExport {
    private UpstartExport() {}

    /**
     * Writes the jobs of all entries; replaces those that are there.
     *
     * @param target directory of the jobs
     * @param variables environment of the jobs
     * @throws GoremanException if a file cannot be written
     */
    static void write(
            Path target, Procfile procfile, Settings settings, Map<String, String> variables)
            throws GoremanException {
        try {
            Files.createDirectories(target);
            for (Procfile.Entry entry : procfile.entries()) {
                Files.writeString(
                        target.resolve("app-" + entry.name() + ".conf"),
                        job(entry, settings, variables));
            }
        } catch (IOException e) {
            throw new GoremanException("cannot write to " + target + ": " + e.getMessage());
        }
    }

    private static String job(
            Procfile.Entry entry, Settings settings, Map<String, String> variables) {
        StringBuilder job = new StringBuilder();
        job.append("start on starting app-").append(entry.name()).append('\n');
        job.append("stop on stopping app-").append(entry.name()).append('\n');
        job.append("respawn\n\n");
        OptionalInt port = settings.port(entry);
        port.ifPresent(p -> job.append("env PORT=").append(p).append('\n'));
        variables.forEach((name, value) ->
                job.append("env ")
                        .append(name)
                        .append("='")
                        .append(value.replace("'", "'\"'\"'"))
                        .append("'\n"));
        job.append("\nsetuid app\n\n");
        job.append("chdir ").append(settings.directory()).append("\n\n");
        return job.append("exec ").append(entry.command()).append('\n').toString();
    }
}
