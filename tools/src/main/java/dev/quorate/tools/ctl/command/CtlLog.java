package dev.quorate.tools.ctl.command;

import dev.quorate.log.Level;
import dev.quorate.log.Line;
import dev.quorate.log.LineFormat;
import dev.quorate.log.Log;
import dev.quorate.log.Sink;
import java.time.Instant;

/** Log lines of the client on standard error, in etcd's form. Loaded only when there is something to log. */
final class CtlLog {
    private CtlLog() {}

    /**
     * A logger; every line goes out at once.
     *
     * @param name what lines carry as {@code logger}, or empty
     */
    static Log of(Run run, String name) {
        Level lowest = run.values().bool("debug") ? Level.DEBUG : Level.INFO;
        Log.install(
                new Sink() {
                    @Override
                    public boolean isEnabled(Level level) {
                        return level.compareTo(lowest) >= 0;
                    }

                    @Override
                    public void write(Line line) {
                        run.out().flush();
                        run.err().text(LineFormat.JSON.encode(line, Instant.now())).flush();
                    }
                });
        return Log.named(name);
    }
}
