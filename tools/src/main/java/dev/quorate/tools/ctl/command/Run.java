package dev.quorate.tools.ctl.command;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.Line;
import dev.quorate.tools.command.Values;
import dev.quorate.tools.ctl.print.Printer;
import dev.quorate.tools.ctl.print.Sink;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a command works with: its line, the console, and a client once it asks for one. */
public final class Run implements AutoCloseable {
    private final Line line;
    private final InputStream in;
    private final Sink out;
    private final Sink err;
    private final Map<String, String> environment;
    private volatile String logger = "etcd-client";
    private @Nullable Printer printer;
    private @Nullable Client client;

    public Run(Line line, InputStream in, Sink out, Sink err, Map<String, String> environment) {
        this.line = line;
        this.in = in;
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    public Line line() {
        return line;
    }

    Values values() {
        return line.values();
    }

    List<String> arguments() {
        return line.arguments();
    }

    InputStream in() {
        return in;
    }

    Sink out() {
        return out;
    }

    Sink err() {
        return err;
    }

    Map<String, String> environment() {
        return environment;
    }

    /** Names the logger of the client, as etcdctl does for some commands. */
    void logAs(String name) {
        logger = name;
    }

    String logger() {
        return logger;
    }

    /** The printer of {@code --write-out}. */
    Printer printer() {
        Printer made = printer;
        if (made == null) {
            made = printer(false);
            printer = made;
        }
        return made;
    }

    private Printer printer(boolean valueOnly) {
        Printer made =
                Printer.of(values().text("write-out"), out, err, values().bool("hex"), valueOnly);
        if (made == null) {
            throw new CtlException(ExitCode.BAD_FEATURE, "unsupported output format");
        }
        return made;
    }

    /** Shows values of keys alone. */
    void showValuesOnly() {
        printer = printer(true);
    }

    /** The client of the global flags, made on first use. */
    Client client() {
        return client(commandTimeout());
    }

    /** The same for commands that last: its requests have no time limit. */
    Client unlimitedClient() {
        return client(Duration.ZERO);
    }

    private Client client(Duration timeout) {
        Client made = client;
        if (made == null) {
            printer();
            made = Connect.connect(this, timeout);
            client = made;
        }
        return made;
    }

    /** How long a short command may take. */
    Duration commandTimeout() {
        return values().duration("command-timeout");
    }

    static ByteString octets(String text) {
        return RawArguments.octets(text);
    }

    @Override
    public void close() {
        Client made = client;
        if (made != null) {
            made.close();
        }
    }
}
