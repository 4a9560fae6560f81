package dev.quorate.tools.command;

import java.util.List;

/**
 * An option of a command, {@code --name}.
 *
 * @param name without dashes
 * @param letter the short form without dash, or empty
 * @param kind what values it takes
 * @param initial its value where nothing sets it
 * @param help one line
 * @param values what shells offer as values; empty where they know none
 * @param isDirectory whether shells offer directories
 */
public record Option(
        String name,
        String letter,
        ValueKind kind,
        String initial,
        String help,
        List<String> values,
        boolean isDirectory) {

    public Option(String name, String letter, ValueKind kind, String initial, String help) {
        this(name, letter, kind, initial, help, List.of(), false);
    }

    /** A truth value that is false unless given. */
    public static Option bool(String name, String help) {
        return new Option(name, "", ValueKind.BOOL, "false", help);
    }

    /** A text. */
    public static Option string(String name, String initial, String help) {
        return new Option(name, "", ValueKind.STRING, initial, help);
    }

    /** A signed number. */
    public static Option integer(String name, long initial, String help) {
        return new Option(name, "", ValueKind.INT, Long.toString(initial), help);
    }

    /** An unsigned number. */
    public static Option unsigned(String name, long initial, String help) {
        return new Option(name, "", ValueKind.UINT, Long.toUnsignedString(initial), help);
    }

    /** A duration in Go's notation. */
    public static Option duration(String name, String initial, String help) {
        return new Option(name, "", ValueKind.DURATION, initial, help);
    }

    /** The path of a directory. */
    public static Option directory(String name, String help) {
        return new Option(name, "", ValueKind.STRING, "", help, List.of(), true);
    }

    /** The same option with values for shells to offer. */
    public Option offering(String... offered) {
        return new Option(name, letter, kind, initial, help, List.of(offered), false);
    }

    boolean isBool() {
        return kind == ValueKind.BOOL;
    }

    /** As complaints name it. */
    String shown() {
        return letter.isEmpty() ? "--" + name : "-" + letter + ", --" + name;
    }
}
