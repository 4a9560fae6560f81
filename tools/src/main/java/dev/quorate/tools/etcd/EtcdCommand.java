package dev.quorate.tools.etcd;

import dev.quorate.log.Level;
import dev.quorate.log.Log;
import dev.quorate.server.config.LogSettings;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.tools.Version;
import dev.quorate.tools.flag.Environment;
import dev.quorate.tools.flag.FlagException;
import dev.quorate.tools.flag.FlagSet;
import dev.quorate.tools.flag.FlagType;
import dev.quorate.tools.flag.FlagValues;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The command line of {@code etcd} from its words to its exit code. One instance runs once, on one thread. */
final class EtcdCommand {
    private static final Log log = Log.of(EtcdCommand.class);
    private static final int USAGE_ERROR = 2;
    private static final int FAILURE = 1;

    /** What etcd's program also is. */
    private static final List<String> PROXIES = List.of("gateway", "grpc-proxy");

    private static final String DEFAULT_PEER_URL = "http://localhost:2380";
    private static final String DEFAULT_CLIENT_URL = "http://localhost:2379";

    /** Opens the log of the process. */
    @FunctionalInterface
    interface LogOpener {
        void open(LogSettings settings) throws IOException;
    }

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;
    private final LogOpener logOpener;
    private final Function<Program.Running, Integer> waiting;
    private final Program program;

    /**
     * @param environment a copy of the process's
     * @param program what is started
     * @param waiting stays with a started program until its end and tells the exit code
     */
    EtcdCommand(
            PrintStream out,
            PrintStream err,
            Map<String, String> environment,
            LogOpener logOpener,
            Program program,
            Function<Program.Running, Integer> waiting) {
        this.out = out;
        this.err = err;
        this.environment = new TreeMap<>(environment);
        this.logOpener = logOpener;
        this.program = program;
        this.waiting = waiting;
    }

    /** Runs to the end and returns the exit code. */
    int run(List<String> arguments) {
        FlagSet.Parsed parsed;
        try {
            parsed = EtcdFlags.ALL.parse(arguments);
        } catch (FlagException e) {
            err.println(e.getMessage());
            err.print(Usage.TEXT);
            return USAGE_ERROR;
        }
        if (parsed.help()) {
            err.print(Usage.TEXT);
            out.print(EtcdFlags.help());
            return 0;
        }
        if (parsed.arguments().isEmpty() && parsed.values().bool("version")) {
            out.print(Version.etcdText());
            return 0;
        }
        return configure(arguments, parsed);
    }

    private int configure(List<String> arguments, FlagSet.Parsed parsed) {
        FlagValues values;
        try {
            values = values(parsed);
            openLog(values);
            OptionChecks.check(values);
        } catch (Environment.ConflictException e) {
            log.fatal(String.valueOf(e.getMessage()), "environment-variable", e.variable());
            return FAILURE;
        } catch (OptionChecks.UnknownLevelException e) {
            log.log(Level.PANIC, String.valueOf(e.getMessage()));
            return USAGE_ERROR;
        } catch (FlagException | InvalidConfigException e) {
            logArguments(arguments);
            return refuse(e.getMessage());
        }
        logArguments(arguments);
        warnOfTheOld(values);
        try {
            return start(values);
        } catch (DataDir.UnusableException e) {
            if (e.problem().isEmpty()) {
                log.fatal(String.valueOf(e.getMessage()));
            } else {
                log.fatal(
                        String.valueOf(e.getMessage()),
                        "dir",
                        dataDir(values),
                        "error",
                        e.problem());
            }
            return FAILURE;
        } catch (InvalidConfigException | StartException e) {
            log.fatal("discovery failed", "error", String.valueOf(e.getMessage()));
            return FAILURE;
        }
    }

    private FlagValues values(FlagSet.Parsed parsed)
            throws InvalidConfigException, FlagException, Environment.ConflictException {
        if (!parsed.arguments().isEmpty() && PROXIES.contains(parsed.arguments().getFirst())) {
            throw new InvalidConfigException(
                    "etcd " + parsed.arguments().getFirst() + " is not part of this version");
        }
        if (!parsed.arguments().isEmpty()) {
            throw new InvalidConfigException(
                    "\"" + parsed.arguments().getFirst() + "\" is not a valid flag");
        }
        String file = parsed.values().text("config-file");
        if (file.isEmpty()) {
            file = environment.getOrDefault("ETCD_CONFIG_FILE", "");
        }
        if (!file.isEmpty()) {
            FlagValues values = ConfigFile.read(EtcdFlags.ALL, file);
            log.info(
                    "loaded server configuration, other configuration command line flags and environment variables will be ignored if"
                            + " provided",
                    "path",
                    file);
            return values;
        }
        String version = environment.remove("ETCD_VERSION");
        if (version != null && !version.isEmpty()) {
            log.warn(
                    "cannot set special environment variable",
                    "key",
                    "ETCD_VERSION",
                    "value",
                    version);
        }
        Environment.apply("ETCD", EtcdFlags.ALL, parsed.values(), environment);
        return parsed.values();
    }

    private void openLog(FlagValues values) throws InvalidConfigException {
        OptionChecks.checkLogging(values);
        try {
            logOpener.open(EtcdOptions.log(values));
        } catch (IOException e) {
            throw new InvalidConfigException("couldn't open sink: open " + e.getMessage());
        }
    }

    private static void logArguments(List<String> arguments) {
        List<String> all = new ArrayList<>();
        all.add("etcd");
        all.addAll(arguments);
        log.info("Running: ", "args", all);
    }

    private static int refuse(@Nullable String message) {
        String error = String.valueOf(message);
        log.warn("failed to verify flags", "error", error);
        if (error.equals(OptionChecks.ADVERTISE_CLIENT_MISSING)) {
            log.warn("advertise client URLs are not set", "error", error);
        }
        return FAILURE;
    }

    private static void warnOfTheOld(FlagValues values) {
        for (String name : values.explicit()) {
            switch (name) {
                case "max-snapshots" ->
                        log.warn(
                                "--max-snapshots is deprecated in 3.6 and will be decommissioned in 3.8.");
                case "v2-deprecation" ->
                        log.warn(
                                "--v2-deprecation is deprecated and scheduled for removal in v3.8. "
                                        + "The default value is enforced, ignoring user input.");
                case "enable-v2",
                        "enable-pprof",
                        "memory-mlock",
                        "socket-reuse-port",
                        "enable-distributed-tracing" ->
                        warnOfNoEffect(name, values);
                default -> {
                    var flag = EtcdFlags.ALL.find(name);
                    if (flag != null && flag.type() instanceof FlagType.Ignored) {
                        log.warn("flag \"-" + name + "\" is no longer supported - ignoring.");
                    }
                }
            }
        }
    }

    /** What this server does not have is not passed over in silence. */
    private static void warnOfNoEffect(String name, FlagValues values) {
        if (values.bool(name)) {
            log.warn("flag has no effect in this server", "flag", "--" + name);
        }
    }

    private static String dataDir(FlagValues values) {
        String dir = values.text("data-dir");
        return dir.isEmpty() ? values.text("name") + ".etcd" : dir;
    }

    private int start(FlagValues values)
            throws InvalidConfigException, StartException, DataDir.UnusableException {
        adoptDefaultHost(values);
        defaultInitialCluster(values);
        if (values.text("data-dir").isEmpty()) {
            log.warn("'data-dir' was empty; using default", "data-dir", dataDir(values));
        }
        EtcdOptions options = EtcdOptions.of(values);
        ServerConfig config = options.server();
        boolean proxies = options.proxy().mode() != ProxyOptions.Mode.OFF;
        DataDir dir = DataDir.of(config.dataDir());
        if (dir == DataDir.EMPTY) {
            log.info(
                    "Initialize and start etcd server",
                    "data-dir",
                    config.dataDir(),
                    "dir-type",
                    dir.text());
        } else {
            log.info(
                    "server has already been initialized",
                    "data-dir",
                    config.dataDir(),
                    "dir-type",
                    dir.text());
        }
        if (!proxies && dir != DataDir.PROXY) {
            StartChecks.listeners(config);
            boolean initialized = StartChecks.isInitialized(config);
            StartLine.write(config, initialized);
            if (!initialized && !OptionChecks.isDiscovering(values)) {
                StartChecks.membership(config);
            }
        }
        Program.Running running;
        try {
            running = program.start(options);
        } catch (ListenerException e) {
            log.fatal("listener failed", "error", String.valueOf(e.getMessage()));
            return FAILURE;
        } catch (Exception e) {
            log.fatal("discovery failed", "error", e);
            return FAILURE;
        }
        return waiting.apply(running);
    }

    /** Whoever listens on all addresses and says nothing about himself is probably reached by the machine's main address. */
    private static void adoptDefaultHost(FlagValues values) {
        boolean peer =
                isDefaultHost(
                        values,
                        "initial-advertise-peer-urls",
                        DEFAULT_PEER_URL,
                        "listen-peer-urls");
        boolean client =
                isDefaultHost(
                        values, "advertise-client-urls", DEFAULT_CLIENT_URL, "listen-client-urls");
        if (!peer && !client) {
            return;
        }
        Optional<String> host = DefaultHost.find();
        if (host.isEmpty()) {
            return;
        }
        log.info("detected default host for advertise", "host", host.get());
        if (peer) {
            adopt(values, "initial-advertise-peer-urls", host.get(), "listen-peer-urls");
        }
        if (client) {
            adopt(values, "advertise-client-urls", host.get(), "listen-client-urls");
        }
    }

    private static boolean isDefaultHost(
            FlagValues values, String advertise, String initial, String listen) {
        return values.text(advertise).equals(initial)
                && values.text(listen).startsWith("http://0.0.0.0:");
    }

    private static void adopt(FlagValues values, String advertise, String host, String listen) {
        String first = values.list(listen).getFirst();
        values.setDefault(advertise, "http://" + host + first.substring(first.lastIndexOf(':')));
    }

    /** A member with a name of its own starts with itself alone; the one called {@code default} with etcd's default list. */
    private static void defaultInitialCluster(FlagValues values) {
        if (values.isSet("initial-cluster") || OptionChecks.isDiscovering(values)) {
            return;
        }
        String name = values.text("name");
        if (name.equals("default")) {
            values.setDefault("initial-cluster", "default=" + DEFAULT_PEER_URL);
        } else {
            List<String> urls = values.list("initial-advertise-peer-urls");
            values.setDefault("initial-cluster", name + "=" + String.join("," + name + "=", urls));
        }
    }
}
