package dev.quorate.tools.goreman;

import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** {@code goreman start}: from the first process to the last. */
final class StartCommand {
    private static final String ADDRESS_VARIABLE = "GOREMAN_RPC_ADDR";
    private static final String LOOPBACK = "127.0.0.1";
    private static final int FAILURE = 1;
    private static final int SIGNAL_BASE = 128;

    private final Settings settings;
    private final Map<String, String> environment;
    private final Map<String, String> variables;
    private final List<Procfile.Entry> entries;

    StartCommand(
            Settings settings,
            Map<String, String> environment,
            Map<String, String> variables,
            List<Procfile.Entry> entries) {
        this.settings = settings;
        this.environment = environment;
        this.variables = variables;
        this.entries = entries;
    }

    int run(PrintStream out, PrintStream err, InstantSource clock) throws GoremanException {
        Console console = console(out, clock);
        Launcher launcher = new Launcher(settings.directory(), variables, environment);
        Supervisor supervisor =
                new Supervisor(
                        entries,
                        (entry, listener) ->
                                new Child(
                                        entry,
                                        settings.port(entry),
                                        launcher,
                                        console,
                                        settings.restart(),
                                        listener),
                        new Supervisor.ExitRules(settings.exitOnStop(), settings.exitOnError()),
                        Supervisor.STOP_LIMIT,
                        new Readiness(settings.ready(), console));
        if (!settings.controlServer()) {
            return supervise(supervisor, err);
        }
        String host = environment.getOrDefault(ADDRESS_VARIABLE, "");
        try (ControlServer _ =
                new ControlServer(
                        host.isEmpty() ? LOOPBACK : host, settings.controlPort(), supervisor)) {
            return supervise(supervisor, err);
        }
    }

    private Console console(PrintStream out, InstantSource clock) {
        int width = entries.stream().mapToInt(entry -> entry.name().length()).max().orElse(0);
        return new Console(
                out, coloured(), settings.logTime() ? Console.timeOfDay(clock) : () -> "", width);
    }

    private boolean coloured() {
        return switch (settings.colour()) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO ->
                    environment.getOrDefault("NO_COLOR", "").isEmpty() && Posix.isOutputTerminal();
        };
    }

    private static int supervise(Supervisor supervisor, PrintStream err) throws GoremanException {
        Signals.handle(signal -> {
            if (!supervisor.end(signal)) {
                supervisor.killAll();
                Runtime.getRuntime().halt(SIGNAL_BASE + signal.number());
            }
        });
        supervisor.startAll();
        Supervisor.Ending ending;
        try {
            ending = supervisor.awaitEnding();
        } catch (InterruptedException _) {
            ending = new Supervisor.Ending.Signalled(StopSignal.TERM);
        }
        return switch (ending) {
            case Supervisor.Ending.AllStopped _ -> 0;
            case Supervisor.Ending.Failed(int status) -> {
                supervisor.stopAll(StopSignal.INT);
                err.println("goreman: exit status " + status);
                yield FAILURE;
            }
            case Supervisor.Ending.Signalled(StopSignal signal) -> {
                supervisor.stopAll(signal);
                yield 0;
            }
        };
    }
}
