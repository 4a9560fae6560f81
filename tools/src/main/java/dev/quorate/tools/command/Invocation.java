package dev.quorate.tools.command;

import dev.quorate.log.GoDuration;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** A command with the options and arguments that it was called with. */
public final class Invocation {
    private static final Pattern COMMA = Pattern.compile(",");

    private final Command command;
    private final Map<String, String> values;
    private final Set<String> given;
    private final List<String> arguments;

    Invocation(
            Command command,
            Map<String, String> values,
            Set<String> given,
            List<String> arguments) {
        this.command = command;
        this.values = new TreeMap<>(values);
        this.given = new TreeSet<>(given);
        this.arguments = List.copyOf(arguments);
    }

    public Command command() {
        return command;
    }

    /** The words that are neither commands nor options. */
    public List<String> arguments() {
        return arguments;
    }

    /** Whether the option was given, be it with its default. */
    public boolean isGiven(String option) {
        return given.contains(option);
    }

    /** Names of the options that were given. */
    public Set<String> given() {
        return new TreeSet<>(given);
    }

    /** The value as text. Asking for an option that the command does not have is an error of the program. */
    public String text(String option) {
        String value = values.get(option);
        if (value == null) {
            throw new IllegalStateException("no option " + option);
        }
        return value;
    }

    public boolean flag(String option) {
        return text(option).equals("true");
    }

    /** A signed number; of an unsigned option, its 64 bits. */
    public long number(String option) {
        return new BigInteger(text(option)).longValue();
    }

    public Duration duration(String option) {
        return GoDuration.parse(text(option)).orElseThrow();
    }

    /** The texts of an option that takes several; none if it is empty. */
    public List<String> texts(String option) {
        String value = text(option);
        return value.isEmpty() ? List.of() : List.of(COMMA.split(value, -1));
    }
}
