package dev.quorate.tools.ctl.command;

import dev.quorate.tools.ctl.line.Command;
import dev.quorate.tools.ctl.line.Help;

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
        Help.flags(run.line().command().globalFlags(), text);
        run.out().text(text.toString());
    }

    static void help(Run run) {
        Command command = run.line().command().top();
        for (String word : run.arguments()) {
            Command next = command.inside(word);
            if (next == null && command.parent() != null) {
                break;
            }
            if (next == null) {
                run.err()
                        .text(
                                "Unknown help topic [`"
                                        + String.join("` `", run.arguments())
                                        + "`]\n")
                        .text(Help.usage(run.line().command().top()));
                return;
            }
            command = next;
        }
        run.out().text(Help.help(command));
    }
}
