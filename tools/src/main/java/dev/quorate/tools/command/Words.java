package dev.quorate.tools.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the words of one command line: first which command they name, then its options. */
final class Words {
    /** The command that words name, and the words without those that named it. */
    record Found(Command command, List<String> rest) {}

    private Words() {}

    /** Follows words down from the root until one names no command. */
    static Found find(Command root, List<String> words) {
        Command command = root;
        List<String> rest = new ArrayList<>(words);
        while (true) {
            int at = firstArgument(command, rest);
            Command next = at < 0 ? null : command.find(rest.get(at));
            if (next == null) {
                return new Found(command, rest);
            }
            rest.remove(at);
            command = next;
        }
    }

    /** The place of the first word that is neither an option nor an option's value; -1 if there is none. */
    static int firstArgument(Command command, List<String> words) {
        Map<String, Option> options = options(command);
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("--")) {
                return -1;
            }
            if (takesNextWord(word, options)) {
                i++;
            } else if (!word.isEmpty() && word.charAt(0) != '-') {
                return i;
            }
        }
        return -1;
    }

    /** An option that nobody knows counts as one with a value. */
    private static boolean takesNextWord(String word, Map<String, Option> options) {
        if (!word.startsWith("-") || word.contains("=")) {
            return false;
        }
        Option option;
        if (word.startsWith("--")) {
            option = options.get(word.substring(2));
        } else if (word.length() == 2) {
            option = withLetter(options, word.charAt(1));
        } else {
            return false;
        }
        return option == null || option.kind() != ValueKind.BOOL;
    }

    /** All options that the command understands, by name. */
    static Map<String, Option> options(Command command) {
        Map<String, Option> options = new TreeMap<>();
        options.put("help", HelpText.help(command.name()));
        command.optionsFromAbove().forEach(option -> options.put(option.name(), option));
        command.ownOptions().forEach(option -> options.put(option.name(), option));
        return options;
    }

    private static @Nullable Option withLetter(Map<String, Option> options, char letter) {
        return options.values().stream()
                .filter(option -> option.letter() == letter)
                .findFirst()
                .orElse(null);
    }

    /**
     * Reads options, which may stand between arguments.
     *
     * @throws UsageException at the first word that is wrong
     */
    static Invocation parse(Command command, List<String> words) throws UsageException {
        Parser parser = new Parser(options(command), words);
        parser.run();
        return new Invocation(command, parser.values, parser.given, parser.arguments);
    }

    private static final class Parser {
        private final Map<String, Option> options;
        private final List<String> words;
        private int at;
        final Map<String, String> values = new TreeMap<>();
        final Set<String> given = new TreeSet<>();
        final List<String> arguments = new ArrayList<>();

        Parser(Map<String, Option> options, List<String> words) {
            this.options = options;
            this.words = words;
            options.values().forEach(option -> values.put(option.name(), option.initial()));
        }

        void run() throws UsageException {
            while (at < words.size()) {
                String word = words.get(at++);
                if (word.equals("--")) {
                    arguments.addAll(words.subList(at, words.size()));
                    return;
                }
                if (word.startsWith("--")) {
                    longForm(word);
                } else if (word.length() > 1 && word.charAt(0) == '-') {
                    shortForms(word);
                } else {
                    arguments.add(word);
                }
            }
        }

        private void longForm(String word) throws UsageException {
            String body = word.substring(2);
            if (body.charAt(0) == '-' || body.charAt(0) == '=') {
                throw new UsageException("bad flag syntax: " + word);
            }
            int equals = body.indexOf('=');
            String name = equals < 0 ? body : body.substring(0, equals);
            Option option = options.get(name);
            if (option == null) {
                throw new UsageException("unknown flag: --" + name);
            }
            if (equals >= 0) {
                set(option, body.substring(equals + 1));
            } else if (option.kind() == ValueKind.BOOL) {
                set(option, "true");
            } else if (at < words.size()) {
                set(option, words.get(at++));
            } else {
                throw new UsageException("flag needs an argument: --" + name);
            }
        }

        private void shortForms(String word) throws UsageException {
            String letters = word.substring(1);
            while (!letters.isEmpty()) {
                char letter = letters.charAt(0);
                Option option = withLetter(options, letter);
                if (option == null) {
                    throw new UsageException(
                            "unknown shorthand flag: '" + letter + "' in -" + letters);
                }
                String behind = letters.substring(1);
                if (behind.length() > 1 && behind.charAt(0) == '=') {
                    set(option, behind.substring(1));
                    return;
                }
                if (option.kind() == ValueKind.BOOL) {
                    set(option, "true");
                    letters = behind;
                } else if (!behind.isEmpty()) {
                    set(option, behind);
                    return;
                } else if (at < words.size()) {
                    set(option, words.get(at++));
                    return;
                } else {
                    throw new UsageException(
                            "flag needs an argument: '" + letter + "' in -" + letters);
                }
            }
        }

        private void set(Option option, String value) throws UsageException {
            String checked;
            try {
                checked = option.kind().check(value);
            } catch (IllegalArgumentException e) {
                throw new UsageException(
                        "invalid argument \""
                                + value
                                + "\" for \""
                                + option.shown()
                                + "\" flag: "
                                + e.getMessage());
            }
            boolean again = !given.add(option.name());
            boolean adds = again && option.kind() == ValueKind.STRINGS;
            values.merge(option.name(), checked, (old, last) -> adds ? old + "," + last : last);
        }
    }
}
