package dev.quorate.tools.ctl.line;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the command that a line names, then reads the flags: two passes, of which the first knows only the flags of commands on the way. */
public final class CommandLine {
    private static final int SUGGESTION_DISTANCE_MAX = 2;

    private CommandLine() {}

    /**
     * A line that could be read.
     *
     * @param arguments what is left when commands and flags are taken away
     * @param dash how many arguments stood before {@code --}, or -1 without one
     * @param help whether its help is asked for
     */
    public record Read(
            Command command, Values values, List<String> arguments, int dash, boolean help) {}

    /** Reads a line without the program's name. */
    public static Read read(Command root, List<String> line) throws LineException {
        Command command = root;
        List<String> words = line;
        while (true) {
            String word = firstWord(command, words);
            Command next = word == null ? null : command.find(word);
            if (word == null || next == null) {
                if (command == root && word != null) {
                    throw unknown(root, word);
                }
                break;
            }
            words = without(command, words, word);
            command = next;
        }
        return flags(command, words);
    }

    /** Reads the words behind a command that is known. */
    public static Read readFlags(Command command, List<String> words) throws LineException {
        return flags(command, words);
    }

    private static LineException unknown(Command root, String word) {
        StringBuilder text = new StringBuilder("unknown command ");
        text.append(Quote.go(word)).append(" for ").append(Quote.go(root.name()));
        StringBuilder similar = new StringBuilder();
        for (Command child : root.children()) {
            boolean close = distance(word, child.name()) <= SUGGESTION_DISTANCE_MAX;
            if (close || child.name().startsWith(word.toLowerCase(Locale.ROOT))) {
                similar.append('\t').append(child.name()).append('\n');
            }
        }
        if (!similar.isEmpty()) {
            text.append("\n\nDid you mean this?\n").append(similar);
        }
        return new LineException(text.toString(), "Run '" + root.name() + " --help' for usage.\n");
    }

    /** How many letters must be put in, taken out or changed to make one word of the other. */
    static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    /** Whether the word behind this one is taken for its value, as far as the command's own flags tell. */
    private static boolean takesNext(Command command, String word) {
        if (word.indexOf('=') >= 0) {
            return false;
        }
        if (word.startsWith("--")) {
            Flag flag = command.flag(word.substring(2));
            return flag == null || !flag.isBool();
        }
        if (word.startsWith("-") && word.length() == 2) {
            Flag flag = command.flag(word.charAt(1));
            return flag == null || !flag.isBool();
        }
        return false;
    }

    private static @Nullable String firstWord(Command command, List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("--")) {
                return null;
            }
            if (takesNext(command, word)) {
                i++;
            } else if (!word.isEmpty() && !word.startsWith("-")) {
                return word;
            }
        }
        return null;
    }

    private static List<String> without(Command command, List<String> words, String name) {
        for (int i = 0; i < words.size() && !words.get(i).equals("--"); i++) {
            String word = words.get(i);
            if (takesNext(command, word)) {
                i++;
            } else if (word.equals(name)) {
                List<String> rest = new ArrayList<>(words);
                rest.remove(i);
                return rest;
            }
        }
        return words;
    }

    private static Read flags(Command command, List<String> words) throws LineException {
        Values values = new Values(command);
        List<String> arguments = new ArrayList<>();
        int dash = -1;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("--")) {
                dash = arguments.size();
                arguments.addAll(words.subList(i + 1, words.size()));
                break;
            }
            if (word.length() < 2 || word.charAt(0) != '-') {
                arguments.add(word);
                if (command.hasLiteralArguments()) {
                    arguments.addAll(words.subList(i + 1, words.size()));
                    break;
                }
                continue;
            }
            i =
                    word.charAt(1) == '-'
                            ? named(command, values, words, i)
                            : lettered(command, values, words, i);
            if (values.isSet("help") && values.bool("help")) {
                return new Read(command, values, arguments, dash, true);
            }
        }
        return new Read(command, values, arguments, dash, false);
    }

    /** Reads {@code --name}, and returns the place of the last word that belongs to it. */
    private static int named(Command command, Values values, List<String> words, int at)
            throws LineException {
        String body = words.get(at).substring(2);
        int equals = body.indexOf('=');
        String name = equals < 0 ? body : body.substring(0, equals);
        if (name.isEmpty() || name.startsWith("-")) {
            throw bad(command, "bad flag syntax: " + words.get(at));
        }
        Flag flag = command.flag(name);
        if (flag == null) {
            throw bad(command, "unknown flag: --" + name);
        }
        if (equals >= 0) {
            set(command, values, flag, body.substring(equals + 1));
            return at;
        }
        if (flag.isBool()) {
            set(command, values, flag, "true");
            return at;
        }
        if (at + 1 >= words.size()) {
            throw bad(command, "flag needs an argument: --" + name);
        }
        set(command, values, flag, words.get(at + 1));
        return at + 1;
    }

    /** Reads {@code -abc}: letters of switches, the last perhaps with a value. */
    private static int lettered(Command command, Values values, List<String> words, int at)
            throws LineException {
        String letters = words.get(at).substring(1);
        for (int i = 0; i < letters.length(); i++) {
            Flag flag = command.flag(letters.charAt(i));
            String rest = letters.substring(i + 1);
            if (flag == null) {
                throw bad(
                        command,
                        "unknown shorthand flag: '"
                                + letters.charAt(i)
                                + "' in -"
                                + letters.substring(i));
            }
            if (rest.startsWith("=") && rest.length() > 1) {
                set(command, values, flag, rest.substring(1));
                return at;
            }
            if (flag.isBool()) {
                set(command, values, flag, "true");
            } else if (!rest.isEmpty()) {
                set(command, values, flag, rest);
                return at;
            } else if (at + 1 < words.size()) {
                set(command, values, flag, words.get(at + 1));
                return at + 1;
            } else {
                throw bad(
                        command,
                        "flag needs an argument: '"
                                + letters.charAt(i)
                                + "' in -"
                                + letters.substring(i));
            }
        }
        return at;
    }

    private static void set(Command command, Values values, Flag flag, String value)
            throws LineException {
        try {
            values.set(flag, value);
        } catch (IllegalArgumentException e) {
            String shown = flag.letter().isEmpty() ? "" : "-" + flag.letter() + ", ";
            throw bad(
                    command,
                    "invalid argument "
                            + Quote.go(value)
                            + " for \""
                            + shown
                            + "--"
                            + flag.name()
                            + "\" flag: "
                            + e.getMessage());
        }
    }

    private static LineException bad(Command command, String message) {
        return new LineException(message, Help.usage(command) + "\n");
    }
}
