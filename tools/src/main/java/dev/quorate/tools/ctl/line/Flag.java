package dev.quorate.tools.ctl.line;

/**
 * One flag of a command.
 *
 * @param name without dashes
 * @param letter the short form without dash, or empty
 * @param kind what values it takes
 * @param initial its value where nothing sets it
 * @param help one line
 */
public record Flag(String name, String letter, Kind kind, String initial, String help) {

    public static Flag bool(String name, String help) {
        return new Flag(name, "", Kind.BOOL, "false", help);
    }

    public static Flag string(String name, String initial, String help) {
        return new Flag(name, "", Kind.STRING, initial, help);
    }

    public static Flag integer(String name, long initial, String help) {
        return new Flag(name, "", Kind.INT, Long.toString(initial), help);
    }

    boolean isBool() {
        return kind == Kind.BOOL;
    }

    /** The default as help shows it; empty where there is nothing to say. */
    String shownInitial() {
        return switch (kind) {
            case BOOL -> initial.equals("false") ? "" : " (default " + initial + ")";
            case STRING -> initial.isEmpty() ? "" : " (default \"" + initial + "\")";
            case STRINGS -> initial.isEmpty() ? "" : " (default [" + initial + "])";
            case INT, UINT -> initial.equals("0") ? "" : " (default " + initial + ")";
            case DURATION -> initial.equals("0s") ? "" : " (default " + initial + ")";
        };
    }
}
