package dev.quorate.log;

import java.util.Objects;

/**
 * The logger of one class: {@code private static final Log log = Log.of(Node.class);} and then {@code log.info("became leader",
 * "term", term)}. Arguments after the message alternate between keys and values; a value may be a string, number, boolean,
 * {@link java.time.Duration} (written as Go does, {@code 1.5s}), collection, map, {@link Throwable} (its message, and from level
 * error on its stack as {@code stacktrace}) or anything with a {@code toString}.
 *
 * <p>The level is checked first, but the arguments are evaluated by the caller: a hot path asks {@link #isDebug()} before it
 * builds them. Safe for use by any thread. Until a program installs its {@link Sink} lines go to {@link System.Logger}, as the
 * users of an embedded server expect.
 */
public final class Log {
    private static final Object[] NO_FIELDS = {};
    private static final StackWalker WALKER = StackWalker.getInstance();

    // Where output goes is a property of the process, like its standard error: the one global of
    // this package.
    private static volatile Sink sink = new SystemLoggerSink();

    private final String name;

    private Log(String name) {
        this.name = name;
    }

    /** The logger of a class. The class says who asks; lines carry the place of the call. */
    public static Log of(Class<?> owner) {
        Objects.requireNonNull(owner);
        return new Log("");
    }

    /** A logger whose lines carry {@code "logger":name}, as those of raft do in etcd. */
    public static Log named(String name) {
        return new Log(name);
    }

    /** Sends every later line of this process to the given sink, and returns the one that served until now. */
    public static Sink install(Sink next) {
        Sink previous = sink;
        sink = next;
        return previous;
    }

    /** The sink that serves now: for bridges that pass on what libraries log. */
    public static Sink sink() {
        return sink;
    }

    public boolean isEnabled(Level level) {
        return sink.isEnabled(level);
    }

    public boolean isDebug() {
        return sink.isEnabled(Level.DEBUG);
    }

    public void debug(String message) {
        log(Level.DEBUG, message, NO_FIELDS);
    }

    public void debug(String message, Object... fields) {
        log(Level.DEBUG, message, fields);
    }

    public void info(String message) {
        log(Level.INFO, message, NO_FIELDS);
    }

    public void info(String message, Object... fields) {
        log(Level.INFO, message, fields);
    }

    public void warn(String message) {
        log(Level.WARN, message, NO_FIELDS);
    }

    public void warn(String message, Object... fields) {
        log(Level.WARN, message, fields);
    }

    public void error(String message) {
        log(Level.ERROR, message, NO_FIELDS);
    }

    public void error(String message, Object... fields) {
        log(Level.ERROR, message, fields);
    }

    /** Writes a line of level fatal. It does not end the process: the caller decides how. */
    public void fatal(String message, Object... fields) {
        log(Level.FATAL, message, fields);
    }

    /** Writes a line of the given level. */
    public void log(Level level, String message, Object... fields) {
        Sink target = sink;
        if (!target.isEnabled(level)) {
            return;
        }
        target.write(new Line(level, name, caller(), message, fields));
    }

    private static String caller() {
        return WALKER.walk(frames ->
                frames.filter(frame -> !frame.getClassName().equals(Log.class.getName()))
                        .findFirst()
                        .map(Log::place)
                        .orElse(""));
    }

    private static String place(StackWalker.StackFrame frame) {
        return place(frame.getClassName(), frame.getFileName() + ":" + frame.getLineNumber());
    }

    /** Shortens a class name and a place in its file to {@code package/place}. */
    static String place(String className, String fileAndLine) {
        int end = className.lastIndexOf('.');
        if (end < 0) {
            return fileAndLine;
        }
        int start = className.lastIndexOf('.', end - 1) + 1;
        return className.substring(start, end) + "/" + fileAndLine;
    }
}
