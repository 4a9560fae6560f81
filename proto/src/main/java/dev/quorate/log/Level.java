package dev.quorate.log;

import java.util.Locale;
import java.util.Optional;

/** How urgent a line is; the names are the values of {@code --log-level}. Ordered from least to most urgent. */
public enum Level {
    DEBUG,
    INFO,
    WARN,
    ERROR,
    PANIC,
    FATAL;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The level as lines and flags spell it, in lower case. */
    public String text() {
        return text;
    }

    /** The level with the given spelling in lower case; empty if there is none. */
    public static Optional<Level> parse(String text) {
        for (Level level : values()) {
            if (level.text.equals(text)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }
}
