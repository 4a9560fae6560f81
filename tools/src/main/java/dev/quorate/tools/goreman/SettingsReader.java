package dev.quorate.tools.goreman;

import dev.quorate.tools.flag.Flag;
import dev.quorate.tools.flag.FlagException;
import dev.quorate.tools.flag.FlagSet;
import dev.quorate.tools.flag.FlagType;
import dev.quorate.tools.flag.FlagTypes;
import dev.quorate.tools.flag.FlagValues;
import dev.quorate.tools.flag.Lists;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Joins the command line with {@code .goreman}, whose values win, as they do in the original. */
final class SettingsReader {
    private static final String CONFIG_FILE = ".goreman";
    private static final String PORT_VARIABLE = "GOREMAN_RPC_PORT";
    private static final String DEFAULT_CONTROL_PORT = "8555";

    private SettingsReader() {}

    /** The flags; they stand before the command. */
    static FlagSet flags(Map<String, String> environment) {
        String port = environment.getOrDefault(PORT_VARIABLE, "");
        return new FlagSet(
                List.of(
                        flag("f", FlagTypes.STRING, "Procfile", "the Procfile"),
                        flag(
                                "p",
                                FlagTypes.UINT,
                                port.isEmpty() ? DEFAULT_CONTROL_PORT : port,
                                "port of `goreman run`; default from " + PORT_VARIABLE),
                        flag("rpc-server", FlagTypes.BOOL, "true", "listen for `goreman run`"),
                        flag("basedir", FlagTypes.STRING, "", "directory to work in"),
                        flag("b", FlagTypes.UINT, "5000", "PORT of the first entry"),
                        flag("set-ports", FlagTypes.BOOL, "true", "give each entry a PORT"),
                        flag(
                                "exit-on-error",
                                FlagTypes.BOOL,
                                "false",
                                "end when a process ends with an error"),
                        flag("exit-on-stop", FlagTypes.BOOL, "true", "end when no process is left"),
                        flag("logtime", FlagTypes.BOOL, "true", "put the time before each line"),
                        flag(
                                "env",
                                FlagTypes.STRING,
                                ".env",
                                "files with variables, comma between"),
                        flag(
                                "color",
                                new FlagType.Choice(List.of("auto", "always", "never")),
                                "auto",
                                "auto colours on a terminal unless NO_COLOR is set"),
                        flag(
                                "restart",
                                new FlagType.Choice(RestartPolicy.words()),
                                "no",
                                "restart what ends by itself: no, on-failure, always")));
    }

    private static Flag flag(String name, FlagType type, String initial, String help) {
        return new Flag(name, type, initial, initial, List.of(help));
    }

    /**
     * Reads {@code .goreman} in the start directory over the flags.
     *
     * @throws GoremanException if a value cannot be used
     */
    static Settings read(FlagValues flags, Path startDirectory) throws GoremanException {
        Map<String, @Nullable Object> file = configFile(startDirectory.resolve(CONFIG_FILE));
        FlagValues values = flags;
        override(values, "f", file.get("procfile"));
        override(values, "p", file.get("port"));
        override(values, "basedir", file.get("basedir"));
        override(values, "b", file.get("baseport"));
        override(values, "exit-on-error", file.get("exit_on_error"));
        override(values, "restart", file.get("restart"));
        List<String> envFiles =
                file.get("envfiles") instanceof List<?> list
                        ? list.stream().map(String::valueOf).toList()
                        : Lists.split(values.text("env"));
        return new Settings(
                values.text("f"),
                startDirectory.resolve(values.text("basedir")),
                values.bool("rpc-server"),
                port(values, "p"),
                port(values, "b"),
                values.bool("set-ports"),
                values.bool("exit-on-error"),
                values.bool("exit-on-stop"),
                values.bool("logtime"),
                envFiles,
                Settings.Colour.valueOf(values.text("color").toUpperCase(Locale.ROOT)),
                RestartPolicy.of(values.text("restart")),
                addresses(file.get("ready")));
    }

    private static int port(FlagValues values, String flag) throws GoremanException {
        try {
            int port = values.smallNumber(flag);
            if (port <= 0xffff) {
                return port;
            }
        } catch (NumberFormatException _) {
            // from the variable; said below
        }
        throw new GoremanException("\"" + values.text(flag) + "\" is no port (-" + flag + ")");
    }

    private static void override(FlagValues values, String flag, @Nullable Object value)
            throws GoremanException {
        if (value == null) {
            return;
        }
        try {
            FlagSet table = flags(Map.of());
            Flag row = table.find(flag);
            if (row == null) {
                throw new IllegalStateException("no flag " + flag);
            }
            values.set(flag, row.type().check(String.valueOf(value)));
        } catch (IllegalArgumentException e) {
            throw new GoremanException(
                    CONFIG_FILE + ": invalid value \"" + value + "\" for -" + flag);
        }
    }

    private static Map<String, URI> addresses(@Nullable Object value) throws GoremanException {
        Map<String, URI> addresses = new TreeMap<>();
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> row : map.entrySet()) {
                addresses.put(
                        String.valueOf(row.getKey()), address(String.valueOf(row.getValue())));
            }
        } else if (value != null) {
            throw new GoremanException(CONFIG_FILE + ": ready maps names to addresses");
        }
        return addresses;
    }

    private static URI address(String text) throws GoremanException {
        try {
            URI address = URI.create(text);
            if (address.getHost() != null
                    && (text.startsWith("http://") || text.startsWith("https://"))) {
                return address;
            }
        } catch (IllegalArgumentException _) {
            // said below
        }
        throw new GoremanException(CONFIG_FILE + ": \"" + text + "\" is no address of HTTP");
    }

    private static Map<String, @Nullable Object> configFile(Path file) throws GoremanException {
        try {
            Object document =
                    new Load(LoadSettings.builder().setAllowDuplicateKeys(true).build())
                            .loadFromString(Files.readString(file));
            Map<String, @Nullable Object> result = new TreeMap<>();
            if (document instanceof Map<?, ?> map) {
                map.forEach((key, value) -> result.put(String.valueOf(key), value));
            } else if (document != null) {
                throw new GoremanException(file.getFileName() + " is no mapping");
            }
            return result;
        } catch (NoSuchFileException _) {
            return Map.of();
        } catch (IOException | YamlEngineException e) {
            throw new GoremanException(file.getFileName() + ": " + e.getMessage());
        }
    }

    /** Reads the words of a command line. */
    static FlagSet.Parsed parse(List<String> arguments, Map<String, String> environment)
            throws FlagException {
        return flags(environment).parse(arguments);
    }
}
