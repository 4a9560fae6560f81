package dev.quorate.tools.flag;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A table of flags and the reader of command lines against it. Immutable. */
public final class FlagSet {
    private final SequencedMap<String, Flag> flags = new LinkedHashMap<>();

    public FlagSet(List<Flag> table) {
        for (Flag flag : table) {
            if (flags.put(flag.name(), flag) != null) {
                throw new IllegalArgumentException("flag redefined: " + flag.name());
            }
        }
    }

    /** The flag of a name, or null. */
    public @Nullable Flag find(String name) {
        return flags.get(name);
    }

    /** All flags in the order of the table. */
    public Iterable<Flag> all() {
        return flags.values();
    }

    /** Every flag at its default. */
    public FlagValues defaults() {
        Map<String, String> values = new LinkedHashMap<>();
        flags.values().forEach(flag -> values.put(flag.name(), flag.initial()));
        return new FlagValues(values);
    }

    /**
     * Reads a command line.
     *
     * @param arguments without the program's name
     * @throws FlagException in Go's words; the caller prints its usage behind it and exits with 2
     */
    public Parsed parse(List<String> arguments) throws FlagException {
        FlagValues values = defaults();
        int at = 0;
        while (at < arguments.size()) {
            String word = arguments.get(at);
            if (word.length() < 2 || word.charAt(0) != '-') {
                break;
            }
            at++;
            if (word.equals("--")) {
                break;
            }
            String body = word.substring(word.startsWith("--") ? 2 : 1);
            if (body.isEmpty() || body.charAt(0) == '-' || body.charAt(0) == '=') {
                throw new FlagException("bad flag syntax: " + word);
            }
            int equals = body.indexOf('=', 1);
            String name = equals < 0 ? body : body.substring(0, equals);
            Flag flag = flags.get(name);
            if (flag == null) {
                if (name.equals("help") || name.equals("h")) {
                    return new Parsed(values, List.of(), true);
                }
                throw new FlagException("flag provided but not defined: -" + name);
            }
            String value;
            if (equals >= 0) {
                value = body.substring(equals + 1);
            } else if (flag.type().isBoolean()) {
                value = "true";
            } else if (at < arguments.size()) {
                value = arguments.get(at++);
            } else {
                throw new FlagException("flag needs an argument: -" + name);
            }
            set(values, flag, value);
        }
        return new Parsed(
                values,
                List.copyOf(new ArrayList<>(arguments.subList(at, arguments.size()))),
                false);
    }

    private static void set(FlagValues values, Flag flag, String value) throws FlagException {
        try {
            values.set(flag.name(), flag.type().check(value));
        } catch (IllegalArgumentException e) {
            String start =
                    flag.type().isBoolean()
                            ? "invalid boolean value " + Quote.go(value) + " for -"
                            : "invalid value " + Quote.go(value) + " for flag -";
            throw new FlagException(start + flag.name() + ": " + e.getMessage());
        }
    }

    /**
     * A command line that could be read.
     *
     * @param values what is set, and defaults for the rest
     * @param arguments the words behind the flags
     * @param help whether help was asked for; then nothing behind that was looked at
     */
    public record Parsed(FlagValues values, List<String> arguments, boolean help) {}
}
