package dev.quorate.tools.ctl.command;

import dev.quorate.tools.command.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Asks for passwords: without showing them where there is a terminal, else from standard input. */
final class Passwords {
    /** How etcdctl ends when a password was asked for and a signal came. */
    private static final int INTERRUPTED = 255;

    private Passwords() {}

    /** The password; empty where the input ends instead, which no member takes. */
    @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again
    static String ask(Run run, String prompt) {
        Console console = System.console(); // null where there is no terminal
        if (console != null && console.isTerminal()) {
            return askTerminal(console, prompt);
        }
        run.out().text(prompt).flush();
        String line = readLine(run.in());
        run.out().text("\n").flush();
        return line == null ? "" : line;
    }

    private static String askTerminal(Console console, String prompt) {
        Thread onSignal =
                Thread.ofPlatform()
                        .name("interrupted")
                        .unstarted(() -> Runtime.getRuntime().halt(INTERRUPTED));
        Runtime.getRuntime()
                .addShutdownHook(
                        onSignal); // runs after the console's own, which shows again what is typed
        char[] typed = console.readPassword("%s", prompt);
        Runtime.getRuntime().removeShutdownHook(onSignal);
        return typed == null ? "" : new String(typed);
    }

    /** A line without its end, or null at the end of the input. Reads octet by octet: what follows stays there. */
    static @Nullable String readLine(InputStream in) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            int next;
            while ((next = in.read()) >= 0 && next != '\n') {
                line.write(next);
            }
            if (next < 0 && line.size() == 0) {
                return null;
            }
        } catch (IOException e) {
            throw new CtlException(ExitCode.ERROR, String.valueOf(e.getMessage()));
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
