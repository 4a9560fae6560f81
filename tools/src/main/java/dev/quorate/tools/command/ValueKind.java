package dev.quorate.tools.command;

import dev.quorate.log.GoDuration;
import dev.quorate.tools.flag.Strconv;
import java.time.Duration;

/** What values an option takes. They are kept as text in one form for each value. */
public enum ValueKind {
    BOOL("", "false"),
    STRING("string", ""),
    /** Several, with commas between them, or the option several times. */
    STRINGS("strings", ""),
    INT("int", "0"),
    UINT("uint", "0"),
    DURATION("duration", "0s");

    /** What help shows behind the name. */
    private final String word;

    private final String zero;

    ValueKind(String word, String zero) {
        this.word = word;
        this.zero = zero;
    }

    String word() {
        return word;
    }

    /**
     * The value in the form in which it is kept.
     *
     * @throws IllegalArgumentException in the words of Go's parsers
     */
    String check(String value) {
        return switch (this) {
            case STRING, STRINGS -> value;
            case BOOL -> Strconv.bool(value);
            case INT -> Strconv.integer(value);
            case UINT -> Strconv.unsigned(value);
            case DURATION -> GoDuration.format(duration(value));
        };
    }

    static Duration duration(String value) {
        return GoDuration.parse(value)
                .orElseThrow(() -> new IllegalArgumentException(DurationText.problem(value)));
    }

    /** What help says of a default; nothing if it is the kind's zero. */
    String shownInitial(String initial) {
        if (initial.equals(zero)) {
            return "";
        }
        return switch (this) {
            case STRING -> " (default \"" + initial + "\")";
            case STRINGS -> " (default [" + initial + "])";
            case BOOL, INT, UINT, DURATION -> " (default " + initial + ")";
        };
    }
}
