package dev.quorate.tools.ctl.command;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Asks for passwords: without showing them where there is a terminal, else from standard input. */
final class Passwords {
    private Passwords() {}

    /** The password; empty where the input ends instead, which no member takes. */
    @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again
    static String ask(Run run, String prompt) {
        Console console = System.console(); // null where there is no terminal
        if (console != null && console.isTerminal()) {
            char[] typed = console.readPassword("%s", prompt);
            return typed == null ? "" : new String(typed);
        }
        run.out().text(prompt).flush();
        String line = readLine(run.in());
        run.out().text("\n").flush();
        return line == null ? "" : line;
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
            throw new CtlException(CtlException.ERROR, String.valueOf(e.getMessage()));
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
