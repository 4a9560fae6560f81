package dev.quorate.tools.logging;

import dev.quorate.log.Level;
import dev.quorate.log.Line;
import dev.quorate.log.Log;
import dev.quorate.log.Sink;
import java.text.MessageFormat;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/** Passes what libraries log through {@code java.util.logging} to the process's sink. */
final class PlatformHandler extends Handler {

    @Override
    public void publish(@Nullable LogRecord entry) {
        if (entry == null) {
            return;
        }
        Level level = level(entry.getLevel());
        Sink sink = Log.sink();
        if (!sink.isEnabled(level)) {
            return;
        }
        Throwable thrown = entry.getThrown();
        Object[] fields = thrown == null ? new Object[0] : new Object[] {"error", thrown};
        sink.write(new Line(level, shortName(entry.getLoggerName()), "", message(entry), fields));
    }

    private static Level level(java.util.logging.Level level) {
        int value = level.intValue();
        if (value >= java.util.logging.Level.SEVERE.intValue()) {
            return Level.ERROR;
        }
        return value >= java.util.logging.Level.WARNING.intValue() ? Level.WARN : Level.DEBUG;
    }

    private static String shortName(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            return "jvm";
        }
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String message(LogRecord entry) {
        String message = String.valueOf(entry.getMessage());
        Object[] parameters = entry.getParameters();
        if (parameters == null || parameters.length == 0 || message.indexOf('{') < 0) {
            return message;
        }
        try {
            return MessageFormat.format(message, parameters);
        } catch (IllegalArgumentException _) {
            return message;
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
