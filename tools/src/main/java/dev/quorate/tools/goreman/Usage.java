package dev.quorate.tools.goreman;

import dev.quorate.tools.flag.Flag;
import dev.quorate.tools.flag.FlagSet;
import java.io.PrintStream;

/** The text of {@code goreman help}. */
final class Usage {
    private static final String COMMANDS =
            """
            Usage: goreman [FLAGS] COMMAND

              start [NAME...]               start all entries of the Procfile, or these
              check                         read the Procfile and list its entries
              run status [-v]               of the goreman that runs: * marks running entries; -v tells more
              run list                      names of its entries
              run start|stop|restart NAME...
              run stop-all | restart-all
              export upstart DIR            write a job of Upstart per entry
              version
              help

            Flags, which stand before the command:
            """;

    private Usage() {}

    static void print(PrintStream to, FlagSet flags) {
        to.print(COMMANDS);
        for (Flag flag : flags.all()) {
            String shown = "-" + flag.name() + "=" + flag.shown();
            to.println("  " + pad(shown) + String.join(" ", flag.help()));
        }
    }

    private static String pad(String text) {
        int width = 30;
        return text + " ".repeat(Math.max(1, width - text.length()));
    }
}
