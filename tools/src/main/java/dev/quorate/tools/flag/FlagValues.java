package dev.quorate.tools.flag;

import dev.quorate.log.GoDuration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The values of a set of flags, by name. Belongs to the thread that reads the configuration. */
public final class FlagValues {
    private final Map<String, String> values;
    private final Set<String> explicit = new TreeSet<>();

    FlagValues(Map<String, String> defaults) {
        values = new TreeMap<>(defaults);
    }

    /** Sets a value that its flag's type has checked. */
    public void set(String name, String value) {
        values.put(name, value);
        explicit.add(name);
    }

    /** Changes a default: the flag still counts as not set. */
    public void setDefault(String name, String value) {
        values.put(name, value);
    }

    /** Whether the user gave the flag a value, be it the default. */
    public boolean isSet(String name) {
        return explicit.contains(name);
    }

    /** Names of the flags that the user gave, in alphabetical order. */
    public Set<String> explicit() {
        return new TreeSet<>(explicit);
    }

    /** The value as text. Asking for a flag that is not in the table is an error of the program. */
    public String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("no flag " + name);
        }
        return value;
    }

    public boolean bool(String name) {
        return text(name).equals("true");
    }

    /** A number that may exceed 63 bits in Go; larger values become the largest one here. */
    public long number(String name) {
        java.math.BigInteger number = new java.math.BigInteger(text(name));
        return number.bitLength() > 63 ? Long.MAX_VALUE : number.longValue();
    }

    /** A number, limited to the range of an {@code int}. */
    public int smallNumber(String name) {
        return (int) Math.clamp(number(name), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    public Duration duration(String name) {
        return GoDuration.parse(text(name)).orElseThrow();
    }

    /** A list; empty for an empty text. */
    public List<String> list(String name) {
        return Lists.splitOrEmpty(text(name));
    }
}
