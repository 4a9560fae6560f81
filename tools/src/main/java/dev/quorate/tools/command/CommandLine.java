package dev.quorate.tools.command;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A program with commands: reads one command line, answers requests for help and complaints itself, and runs the rest. */
public final class CommandLine {
    private static final String HELP = "help";
    private static final int SIMILAR = 2;

    private final Command root;
    private final HelpStyle style;
    private final HelpText texts;
    private final PrintStream out;
    private final PrintStream err;

    /** @param root with the {@link #helpCommand} among its children, if there is to be one */
    public CommandLine(Command root, HelpStyle style, PrintStream out, PrintStream err) {
        this.root = root;
        this.style = style;
        this.texts = new HelpText(style);
        this.out = out;
        this.err = err;
    }

    /** The command {@code help}, for the root's table. */
    public static Command helpCommand() {
        return Command.named(HELP + " [command]")
                .summary("Help about any command")
                .action(_ -> 0); // answered before actions are asked
    }

    /** The command {@code completion}, for the root's table. */
    public static Command completionCommand(PrintStream out) {
        return Command.named("completion [bash|zsh|fish|powershell]")
                .summary("Generate completion script")
                .usageAsIs()
                .arguments(Arguments.exactly(1, Completion.SHELLS))
                .action(invocation -> {
                    String path = invocation.command().path();
                    String program = path.substring(0, path.indexOf(' '));
                    out.print(Completion.script(invocation.arguments().getFirst(), program));
                    return 0;
                });
    }

    /** Runs the command that the words name and returns the program's exit code. */
    public int run(List<String> words) {
        if (!words.isEmpty() && words.getFirst().equals(Completion.ASK)) {
            List<String> asked = words.subList(1, words.size());
            Completion.candidates(root, asked).forEach(line -> out.print(line + "\n"));
            return 0;
        }
        Words.Found found = Words.find(root, words);
        Command command = found.command();
        if (command.isRoot()) {
            int at = Words.firstArgument(root, found.rest());
            if (at >= 0) {
                return unknown(found.rest().get(at));
            }
        }
        try {
            return run(command, found.rest());
        } catch (ExitException e) {
            err.print("Error: " + e.getMessage() + "\n");
            return e.code();
        } catch (UsageException e) {
            err.print("Error: " + e.getMessage() + "\n");
            err.print(texts.usage(command, true) + "\n");
            if (style.repeatsError()) {
                err.print("Error: " + e.getMessage() + "\n");
            }
            return ExitException.ERROR;
        }
    }

    private int run(Command command, List<String> words) throws ExitException, UsageException {
        Invocation invocation = Words.parse(command, words);
        if (invocation.flag(HELP)) {
            out.print(texts.help(command));
            return 0;
        }
        if (command.name().equals(HELP) && command.path().equals(root.name() + " " + HELP)) {
            return help(invocation.arguments());
        }
        Action action = command.action();
        if (action == null) {
            out.print(texts.help(command));
            return 0;
        }
        command.arguments().check(command.path(), invocation.arguments());
        List<String> missing = new ArrayList<>();
        for (String name : command.required().stream().sorted().toList()) {
            if (!invocation.isGiven(name)) {
                missing.add(name);
            }
        }
        if (!missing.isEmpty()) {
            throw new UsageException(
                    "required flag(s) \"" + String.join("\", \"", missing) + "\" not set");
        }
        return action.run(invocation);
    }

    private int help(List<String> words) {
        Words.Found found = Words.find(root, words);
        if (found.command().isRoot() && !found.rest().isEmpty()) {
            err.print("Unknown help topic [`" + String.join("` `", words) + "`]\n");
            err.print(texts.usage(root, false));
            return 0;
        }
        out.print(texts.help(found.command()));
        return 0;
    }

    private int unknown(String word) {
        StringBuilder message = new StringBuilder("Error: unknown command \"");
        message.append(word).append("\" for \"").append(root.name()).append("\"\n");
        List<String> similar = similar(word);
        if (!similar.isEmpty()) {
            message.append("\nDid you mean this?\n");
            similar.forEach(name -> message.append('\t').append(name).append('\n'));
            message.append('\n');
        }
        err.print(message + "Run '" + root.name() + " --help' for usage.\n");
        if (style.repeatsError()) {
            err.print(message);
        }
        return ExitException.ERROR;
    }

    private List<String> similar(String word) {
        String typed = word.toLowerCase(Locale.ROOT);
        List<String> names = new ArrayList<>();
        for (Command child : root.children()) {
            String name = child.name().toLowerCase(Locale.ROOT);
            boolean near = distance(typed, name) <= SIMILAR || name.startsWith(typed);
            if (near && !child.hidden()) {
                names.add(child.name());
            }
        }
        return names;
    }

    /** How many letters have to be added, left out or replaced to get from one word to the other (Levenshtein 1965). */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int i = 0; i < row.length; i++) {
            row[i] = i;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
