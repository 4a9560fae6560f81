package dev.quorate.tools.command;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values of a command line's options, by name. Asking for one that the command does not have is an error of the program. */
public final class Values {
    private final Command command;
    private final Map<String, String> set = new HashMap<>();

    Values(Command command) {
        this.command = command;
    }

    /**
     * Sets an option.
     *
     * @throws IllegalArgumentException with Go's words if the value is not of its kind
     */
    public void set(Option option, String value) {
        String checked = option.kind().check(value);
        if (option.kind() == ValueKind.STRINGS && set.containsKey(option.name())) {
            checked = set.get(option.name()) + "," + checked;
        }
        set.put(option.name(), checked);
    }

    /** Whether the line or the environment set it, be it to its default. */
    public boolean isSet(String name) {
        return set.containsKey(name);
    }

    public String text(String name) {
        String value = set.get(name);
        if (value != null) {
            return value;
        }
        Option option = command.option(name);
        if (option == null) {
            throw new IllegalStateException("no option " + name + " at " + command.path());
        }
        return option.initial();
    }

    public boolean bool(String name) {
        return text(name).equals("true");
    }

    public long integer(String name) {
        return Long.parseLong(text(name));
    }

    /** A number without sign, as 64 bits. */
    public long unsigned(String name) {
        return Long.parseUnsignedLong(text(name));
    }

    public Duration duration(String name) {
        return ValueKind.duration(text(name));
    }

    public List<String> list(String name) {
        String value = text(name);
        return value.isEmpty() ? List.of() : List.of(value.split(",", -1));
    }
}
