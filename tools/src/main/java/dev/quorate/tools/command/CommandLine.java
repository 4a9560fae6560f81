package dev.quorate.tools.command;

import dev.quorate.tools.flag.Quote;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the command that a line names, then reads the options: two passes, of which the first knows only the options of commands on the way. */
public final class CommandLine {
    private static final int SUGGESTION_DISTANCE_MAX = 2;
    private static final int FAILED = ExitCode.ERROR;

    private CommandLine() {}

    /** The command that words name, and the words without those that named it. */
    record Found(Command command, List<String> rest) {}

    /**
     * Reads a line, and answers it where the table of commands says all there is to say.
     *
     * @param line without the program's name
     */
    public static Reading read(Command program, List<String> line) {
        if (Completion.isAsked(line)) {
            return Completion.answer(program, line);
        }
        try {
            Found found = find(program, line);
            Line read = options(found.command(), found.rest());
            return read.values().bool("help") || !read.command().runs()
                    ? new Answer(Help.help(read.command()), "", 0)
                    : check(read);
        } catch (LineException e) {
            String message = "Error: " + e.getMessage() + "\n";
            String again = program.style().repeatsError() ? message : "";
            return new Answer("", message + e.help() + again, FAILED);
        }
    }

    /** The command {@code help}, for a program's table. */
    public static Command helpCommand() {
        return new Command("help [command]", "Help about any command");
    }

    /** The command {@code completion}, for a program's table. */
    public static Command completionCommand() {
        return new Command("completion [bash|zsh|fish|powershell]", "Generate completion script")
                .withoutOptionsInUse()
                .argument(Completion.SHELLS);
    }

    /** Reads the words behind a command that is known, where no help can be shown. */
    public static Line readOptions(Command command, List<String> words) throws LineException {
        Line line = options(command, words);
        if (line.values().isSet("help")) {
            throw bad(command, "pflag: help requested");
        }
        return line;
    }

    /** Looks whether all that is needed is there, and answers the commands that only print texts from the table. */
    private static Reading check(Line line) throws LineException {
        Command command = line.command();
        List<String> arguments = line.arguments();
        if (!command.takes(arguments.size())) {
            String counts = command.argumentCount() + " arg(s), received " + arguments.size();
            throw bad(command, "accepts " + counts);
        }
        List<String> valid = command.validArguments();
        if (!valid.isEmpty() && !valid.contains(arguments.getFirst())) {
            String argument = Quote.go(arguments.getFirst());
            throw bad(command, "invalid argument " + argument + " for " + Quote.go(command.path()));
        }
        List<String> missing = new ArrayList<>();
        for (String name : command.required()) {
            if (!line.values().isSet(name)) {
                missing.add(name);
            }
        }
        if (!missing.isEmpty()) {
            missing.sort(null);
            String names = String.join("\", \"", missing);
            throw bad(command, "required flag(s) \"" + names + "\" not set");
        }
        return switch (command.pathInside()) {
            case "help" -> Help.answer(command.program(), arguments);
            case "completion" -> Completion.script(command.program(), arguments.getFirst());
            default -> line;
        };
    }

    static Found find(Command program, List<String> line) throws LineException {
        Command command = program;
        List<String> words = line;
        while (true) {
            String word = firstWord(command, words);
            Command next = word == null ? null : command.find(word);
            if (word == null || next == null) {
                if (command == program && word != null) {
                    throw unknown(program, word);
                }
                return new Found(command, words);
            }
            words = without(command, words, word);
            command = next;
        }
    }

    private static LineException unknown(Command program, String word) {
        StringBuilder text = new StringBuilder("unknown command ");
        text.append(Quote.go(word)).append(" for ").append(Quote.go(program.name()));
        StringBuilder similar = new StringBuilder();
        for (Command child : program.children()) {
            boolean close = distance(word, child.name()) <= SUGGESTION_DISTANCE_MAX;
            if (close || child.name().startsWith(word.toLowerCase(Locale.ROOT))) {
                similar.append('\t').append(child.name()).append('\n');
            }
        }
        if (!similar.isEmpty()) {
            text.append("\n\nDid you mean this?\n").append(similar);
        }
        return new LineException(
                text.toString(), "Run '" + program.name() + " --help' for usage.\n");
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

    /** Whether the word behind this one is taken for its value, as far as the command's own options tell. */
    private static boolean takesNext(Command command, String word) {
        if (word.indexOf('=') >= 0) {
            return false;
        }
        if (word.startsWith("--")) {
            return takesNext(command, command.option(word.substring(2)));
        }
        if (word.startsWith("-") && word.length() == 2) {
            return takesNext(command, command.option(word.charAt(1)));
        }
        return false;
    }

    private static boolean takesNext(Command command, @Nullable Option option) {
        return option == null
                || !option.isBool()
                || (option.name().equals("help") && command.style().helpTakesWord());
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

    static Line options(Command command, List<String> words) throws LineException {
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
            } else if (word.charAt(1) == '-') {
                i = named(command, values, words, i);
            } else {
                i = lettered(command, values, words, i);
            }
        }
        return new Line(command, values, arguments, dash);
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
        Option option = command.option(name);
        if (option == null) {
            throw bad(command, "unknown flag: --" + name);
        }
        if (equals >= 0) {
            set(command, values, option, body.substring(equals + 1));
            return at;
        }
        if (option.isBool()) {
            set(command, values, option, "true");
            return at;
        }
        if (at + 1 >= words.size()) {
            throw bad(command, "flag needs an argument: --" + name);
        }
        set(command, values, option, words.get(at + 1));
        return at + 1;
    }

    /** Reads {@code -abc}: letters of switches, the last perhaps with a value. */
    private static int lettered(Command command, Values values, List<String> words, int at)
            throws LineException {
        String letters = words.get(at).substring(1);
        for (int i = 0; i < letters.length(); i++) {
            Option option = command.option(letters.charAt(i));
            String rest = letters.substring(i + 1);
            if (option == null) {
                throw bad(
                        command,
                        "unknown shorthand flag: '"
                                + letters.charAt(i)
                                + "' in -"
                                + letters.substring(i));
            }
            if (rest.startsWith("=") && rest.length() > 1) {
                set(command, values, option, rest.substring(1));
                return at;
            }
            if (option.isBool()) {
                set(command, values, option, "true");
            } else if (!rest.isEmpty()) {
                set(command, values, option, rest);
                return at;
            } else if (at + 1 < words.size()) {
                set(command, values, option, words.get(at + 1));
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

    private static void set(Command command, Values values, Option option, String value)
            throws LineException {
        try {
            values.set(option, value);
        } catch (IllegalArgumentException e) {
            throw bad(
                    command,
                    "invalid argument "
                            + Quote.go(value)
                            + " for \""
                            + option.shown()
                            + "\" flag: "
                            + e.getMessage());
        }
    }

    private static LineException bad(Command command, String message) {
        return new LineException(message, Help.usage(command) + "\n");
    }
}
