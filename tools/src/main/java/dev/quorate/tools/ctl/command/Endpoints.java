package dev.quorate.tools.ctl.command;

import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.Values;
import java.util.List;

/** Which endpoints the flags name. */
final class Endpoints {
    private Endpoints() {}

    /** Those of a DNS name where one is given and has some that are trusted, else those of {@code --endpoints}. */
    static List<String> of(Run run) {
        Values values = run.values();
        String domain = values.text("discovery-srv");
        List<String> endpoints =
                domain.isEmpty() ? List.of() : ServiceRecords.endpoints(run, domain);
        if (endpoints.isEmpty()) {
            endpoints = values.list("endpoints");
        }
        if (endpoints.isEmpty()) {
            throw new CtlException(ExitCode.BAD_CONNECTION, "etcdclient: no available endpoints");
        }
        return endpoints;
    }
}
