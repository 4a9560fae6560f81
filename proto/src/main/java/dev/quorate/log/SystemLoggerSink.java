package dev.quorate.log;

/** Passes lines to the platform's logging, which is where an application that embeds a server looks for them. */
final class SystemLoggerSink implements Sink {
    private final System.Logger logger = System.getLogger("dev.quorate");

    @Override
    public boolean isEnabled(Level level) {
        return logger.isLoggable(platformLevel(level));
    }

    @Override
    public void write(Line line) {
        StringBuilder text = new StringBuilder(line.message());
        if (line.fields().length > 0) {
            text.append(' ');
            new FieldWriter(text, true).object(line.fields());
        }
        logger.log(platformLevel(line.level()), text::toString);
    }

    private static System.Logger.Level platformLevel(Level level) {
        return switch (level) {
            case DEBUG -> System.Logger.Level.DEBUG;
            case INFO -> System.Logger.Level.INFO;
            case WARN -> System.Logger.Level.WARNING;
            case ERROR, PANIC, FATAL -> System.Logger.Level.ERROR;
        };
    }
}
