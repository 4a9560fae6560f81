package dev.quorate.tools.goreman;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Starts commands by {@code /bin/sh -c}, each as the leader of a process group of its own, so that a Ctrl-C of the terminal does not
 * reach it past us and a signal of ours reaches its children too. Immutable.
 */
final class Launcher {
    private static final String PATH = "PATH";
    private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";

    private final Path directory;
    private final Map<String, String> variables;
    private final List<String> groupLeader;

    /** A running command: its process, and standard output and error in one stream that ends when nobody can write to it any more. */
    record Launched(Process process, InputStream output) {}

    /**
     * @param directory where commands run
     * @param variables added to the environment of this process
     * @throws GoremanException if the system has no program that makes process groups
     */
    Launcher(Path directory, Map<String, String> variables, Map<String, String> environment)
            throws GoremanException {
        this.directory = directory;
        this.variables = Map.copyOf(variables);
        this.groupLeader = groupLeader(environment.getOrDefault(PATH, USUAL_PATH));
    }

    /** {@code setsid} is on every Linux; macOS has Perl instead. */
    private static List<String> groupLeader(String path) throws GoremanException {
        for (String place : path.split(File.pathSeparator)) {
            Path setsid = Path.of(place.isEmpty() ? "." : place, "setsid");
            if (Files.isExecutable(setsid)) {
                return List.of(setsid.toString());
            }
        }
        for (String place : path.split(File.pathSeparator)) {
            Path perl = Path.of(place.isEmpty() ? "." : place, "perl");
            if (Files.isExecutable(perl)) {
                return List.of(perl.toString(), "-e", "setpgrp(0, 0); exec {$ARGV[0]} @ARGV;");
            }
        }
        throw new GoremanException("needs setsid (util-linux) or perl in PATH and found neither");
    }

    /**
     * Starts a command with closed standard input.
     *
     * @param port value of PORT, if any
     * @throws IOException if it cannot be started
     */
    Launched start(String command, OptionalInt port) throws IOException {
        List<String> words = new ArrayList<>(groupLeader);
        words.addAll(List.of("/bin/sh", "-c", command));
        Posix.Pipe pipe = Posix.pipe();
        InputStream output;
        Process process;
        try {
            output = new FileInputStream("/dev/fd/" + pipe.readEnd());
            try {
                ProcessBuilder builder =
                        new ProcessBuilder(words)
                                .directory(directory.toFile())
                                .redirectInput(new File("/dev/null"))
                                .redirectErrorStream(true)
                                .redirectOutput(new File("/dev/fd/" + pipe.writeEnd()));
                builder.environment().putAll(variables);
                port.ifPresent(p -> builder.environment().put("PORT", Integer.toString(p)));
                process = builder.start();
            } catch (IOException e) {
                output.close();
                throw e;
            }
        } finally {
            Posix.close(pipe.readEnd());
            Posix.close(pipe.writeEnd());
        }
        return new Launched(process, output);
    }
}
