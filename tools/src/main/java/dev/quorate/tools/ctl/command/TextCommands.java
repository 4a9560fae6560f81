package dev.quorate.tools.ctl.command;

import dev.quorate.tools.command.Help;

/** Commands that only print. */
final class TextCommands {
    /** The version of etcdctl that this program is towards its users. */
    private static final String VERSION = "3.7.1";

    private static final String API_VERSION = "3.7";

    private TextCommands() {}

    static void version(Run run) {
        run.out().line("etcdctl version: " + VERSION).line("API version: " + API_VERSION);
    }

    static void options(Run run) {
        StringBuilder text =
                new StringBuilder("The following options can be passed to any command:\n\n");
        Help.options(run.line().command().programOptions(), text);
        run.out().text(text.toString());
    }
}
