package dev.quorate.tools.goreman;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Whether a process that ended by itself is started again. */
enum RestartPolicy {
    NO,
    ON_FAILURE,
    ALWAYS;

    /** What users write. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static List<String> words() {
        return Stream.of(values()).map(RestartPolicy::word).toList();
    }

    /** Of a word that is known to be one. */
    static RestartPolicy of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    boolean restarts(int exitStatus) {
        return switch (this) {
            case NO -> false;
            case ON_FAILURE -> exitStatus != 0;
            case ALWAYS -> true;
        };
    }
}
