package dev.quorate.tools.ctl.line;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values of a command line's flags, by name. */
public final class Values {
    private final Command command;
    private final Map<String, String> set = new HashMap<>();

    Values(Command command) {
        this.command = command;
    }

    /**
     * Sets a flag.
     *
     * @throws IllegalArgumentException with Go's words if the value is not of its kind
     */
    public void set(Flag flag, String value) {
        String checked = Kinds.check(flag.kind(), value);
        if (flag.kind() == Kind.STRINGS && set.containsKey(flag.name())) {
            checked = set.get(flag.name()) + "," + checked;
        }
        set.put(flag.name(), checked);
    }

    /** Whether the line or the environment set it. */
    public boolean isSet(String name) {
        return set.containsKey(name);
    }

    public String text(String name) {
        String value = set.get(name);
        if (value != null) {
            return value;
        }
        Flag flag = command.flag(name);
        if (flag == null) {
            throw new IllegalStateException("no flag " + name + " at " + command.path());
        }
        return flag.initial();
    }

    public boolean bool(String name) {
        return text(name).equals("true");
    }

    public long integer(String name) {
        return Long.parseLong(text(name));
    }

    public Duration duration(String name) {
        return Kinds.duration(text(name));
    }

    public List<String> list(String name) {
        String value = text(name);
        return value.isEmpty() ? List.of() : List.of(value.split(",", -1));
    }
}
