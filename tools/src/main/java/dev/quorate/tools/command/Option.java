package dev.quorate.tools.command;

import java.util.List;

/**
 * An option of a command.
 *
 * @param name without dashes
 * @param letter the short form, or 0 for none
 * @param initial the value if the option is absent
 * @param help one line; empty for none
 * @param hidden whether the help leaves it out
 */
public record Option(
        String name, char letter, ValueKind kind, String initial, String help, boolean hidden) {

    /** A truth value that is false unless given. */
    public static Option flag(String name, String help) {
        return new Option(name, (char) 0, ValueKind.BOOL, "false", help, false);
    }

    /** A text. */
    public static Option text(String name, String initial, String help) {
        return new Option(name, (char) 0, ValueKind.STRING, initial, help, false);
    }

    /** A signed number. */
    public static Option number(String name, long initial, String help) {
        return new Option(name, (char) 0, ValueKind.INT, Long.toString(initial), help, false);
    }

    /** An unsigned number. */
    public static Option unsigned(String name, long initial, String help) {
        return new Option(
                name, (char) 0, ValueKind.UINT, Long.toUnsignedString(initial), help, false);
    }

    /** A duration in Go's notation. */
    public static Option duration(String name, String initial, String help) {
        return new Option(name, (char) 0, ValueKind.DURATION, initial, help, false);
    }

    /** Texts: with commas between, or the option several times. */
    public static Option texts(String name, List<String> initial, String help) {
        return new Option(
                name, (char) 0, ValueKind.STRINGS, String.join(",", initial), help, false);
    }

    /** The same option with a short form. */
    public Option letter(char shortForm) {
        return new Option(name, shortForm, kind, initial, help, hidden);
    }

    /** The same option with another default. */
    public Option initially(String value) {
        return new Option(name, letter, kind, value, help, hidden);
    }

    /** The same option, left out of the help. */
    public Option hide() {
        return new Option(name, letter, kind, initial, help, true);
    }

    /** As complaints name it. */
    String shown() {
        return letter == 0 ? "--" + name : "-" + letter + ", --" + name;
    }
}
