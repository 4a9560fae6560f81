package dev.quorate.tools.goreman;

import dev.quorate.tools.Version;
import dev.quorate.tools.flag.FlagException;
import dev.quorate.tools.flag.FlagSet;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The command line: chooses the command and turns what goes wrong into one line and an exit code. */
final class GoremanCommand {
    private static final String SERVER_VARIABLE = "GOREMAN_RPC_SERVER";
    private static final int FAILURE = 1;
    private static final int BAD_FLAG = 2;

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;
    private final Path startDirectory;

    GoremanCommand(
            PrintStream out,
            PrintStream err,
            Map<String, String> environment,
            Path startDirectory) {
        this.out = out;
        this.err = err;
        this.environment = environment;
        this.startDirectory = startDirectory;
    }

    /** Runs a command to its end and returns the exit code. */
    int run(List<String> arguments) {
        FlagSet flags = SettingsReader.flags(environment);
        FlagSet.Parsed line;
        try {
            line = flags.parse(arguments);
        } catch (FlagException e) {
            err.println(e.getMessage());
            Usage.print(err, flags);
            return BAD_FLAG;
        }
        List<String> words = line.arguments();
        if (line.help() || words.isEmpty()) {
            Usage.print(err, flags);
            return 0;
        }
        try {
            Settings settings = SettingsReader.read(line.values(), startDirectory);
            List<String> rest = words.subList(1, words.size());
            return switch (words.getFirst()) {
                case "start" -> start(settings, rest);
                case "check" -> check(settings);
                case "run" -> remote(settings, rest, flags);
                case "export" -> export(settings, rest, flags);
                case "version" -> version();
                default -> {
                    Usage.print(err, flags);
                    yield 0;
                }
            };
        } catch (GoremanException e) {
            err.println("goreman: " + e.getMessage());
            return FAILURE;
        }
    }

    private int version() {
        out.println(Version.quorate());
        return 0;
    }

    private static Procfile procfile(Settings settings) throws GoremanException {
        return Procfile.read(settings.procfilePath(), settings.procfile());
    }

    private int check(Settings settings) throws GoremanException {
        List<String> names = procfile(settings).sortedNames();
        out.println("valid procfile detected (" + String.join(", ", names) + ")");
        return 0;
    }

    private Map<String, String> variables(Settings settings) throws GoremanException {
        return DotEnv.load(settings.envFiles(), settings.directory(), environment);
    }

    private int export(Settings settings, List<String> words, FlagSet flags)
            throws GoremanException {
        if (words.size() != 2) {
            Usage.print(err, flags);
            return 0;
        }
        if (!words.getFirst().equals("upstart")) {
            throw new GoremanException(
                    "unknown format of export: " + words.getFirst() + " (there is: upstart)");
        }
        Path target = startDirectory.resolve(words.getLast());
        UpstartExport.write(target, procfile(settings), settings, variables(settings));
        return 0;
    }

    private int remote(Settings settings, List<String> words, FlagSet flags)
            throws GoremanException {
        if (words.isEmpty()) {
            Usage.print(err, flags);
            return 0;
        }
        String verb = words.getFirst();
        List<String> names = words.subList(1, words.size());
        switch (verb) {
            case "start", "stop", "restart" -> {
                if (names.isEmpty()) {
                    throw new GoremanException("run " + verb + " needs the name of an entry");
                }
            }
            case "stop-all", "restart-all", "list", "status" -> {}
            default -> throw new GoremanException("unknown command");
        }
        String server = environment.getOrDefault(SERVER_VARIABLE, "");
        String address = server.isEmpty() ? "127.0.0.1:" + settings.controlPort() : server;
        out.print(ControlClient.call(address, new Control.Request(verb, names)));
        return 0;
    }

    private int start(Settings settings, List<String> names) throws GoremanException {
        List<Procfile.Entry> entries = procfile(settings).select(names);
        StartCommand command =
                new StartCommand(settings, environment, variables(settings), entries);
        return command.run(out, err, InstantSource.system());
    }
}
