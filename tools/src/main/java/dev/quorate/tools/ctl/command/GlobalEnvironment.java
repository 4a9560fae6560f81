package dev.quorate.tools.ctl.command;

import dev.quorate.log.Log;
import dev.quorate.tools.command.Command;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.Option;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Variables {@code ETCDCTL_*}: they set what the line leaves open. */
final class GlobalEnvironment {
    private static final String PREFIX = "ETCDCTL_";

    private GlobalEnvironment() {}

    static void apply(Run run) {
        Map<String, String> environment = run.environment();
        boolean any = false;
        for (String name : environment.keySet()) {
            any |= name.startsWith(PREFIX);
        }
        if (any) {
            apply(run, environment);
        }
    }

    private static void apply(Run run, Map<String, String> environment) {
        Set<String> known = new HashSet<>();
        Command command = run.line().command();
        List<Option> options = new ArrayList<>(command.programOptions());
        options.addAll(command.inheritedOptions());
        for (Option option : options) {
            String variable = PREFIX + option.name().replace('-', '_').toUpperCase(Locale.ROOT);
            String value = environment.get(variable);
            if (value == null || (value.isEmpty() && !run.values().isSet(option.name()))) {
                continue;
            }
            known.add(variable);
            if (run.values().isSet(option.name())) {
                log(run).fatal(
                                "conflicting environment variable is shadowed by corresponding"
                                        + " command-line flag (either unset environment variable"
                                        + " or disable flag))",
                                "environment-variable",
                                variable);
                throw CtlException.quiet(ExitCode.ERROR);
            }
            set(run, option, variable, value);
        }
        for (Map.Entry<String, String> entry : environment.entrySet()) {
            String name = entry.getKey();
            boolean tolerated =
                    (name.equals("ETCDCTL_API") && entry.getValue().equals("3"))
                            || (name.startsWith("ETCDCTL_WATCH_")
                                    && command.name().equals("watch"));
            if (name.startsWith(PREFIX) && !known.contains(name) && !tolerated) {
                log(run).warn(
                                "unrecognized environment variable",
                                "environment-variable",
                                name + "=" + entry.getValue());
            }
        }
    }

    private static void set(Run run, Option option, String variable, String value) {
        try {
            run.values().set(option, value);
        } catch (IllegalArgumentException e) {
            log(run).warn(
                            "ignoring environment variable",
                            "environment-variable",
                            variable + "=" + value,
                            "error",
                            String.valueOf(e.getMessage()));
        }
    }

    private static Log log(Run run) {
        return CtlLog.of(run, "");
    }
}
