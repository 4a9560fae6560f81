package dev.quorate.tools.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The help texts of a command, laid out as those of etcdctl and etcdutl 3.7.1. */
public final class Help {
    private static final int NAME_WIDTH_MIN = 11;

    private Help() {}

    /** What {@code --help} prints. */
    static String help(Command command) {
        HelpStyle style = command.style();
        String head = style.described() ? command.text() + "\n\n" : "";
        return head + usage(command) + style.last();
    }

    /** The part that also follows an error. */
    static String usage(Command command) {
        return usage(command, true);
    }

    /** @param withHelp whether {@code --help} is among the options */
    private static String usage(Command command, boolean withHelp) {
        StringBuilder out = new StringBuilder("Usage:\n");
        if (command.runs()) {
            out.append("  ").append(useLine(command)).append('\n');
        } else {
            out.append("  ").append(command.path()).append(" [command]\n");
        }
        if (!command.example().isEmpty()) {
            out.append("\nExamples:\n").append(command.example()).append('\n');
        }
        if (!command.children().isEmpty()) {
            children(command, out);
        }
        boolean all = command.style().programOptions();
        boolean isProgram = command.parent() == null;
        if (all || !isProgram) {
            List<Option> own = command.ownOptions();
            if (withHelp) {
                own.add(command.help());
            }
            options("\nFlags:\n", own, out);
            List<Option> inherited = command.inheritedOptions();
            if (all && !isProgram) {
                inherited.addAll(command.programOptions());
            }
            options("\nGlobal Flags:\n", inherited, out);
        }
        if (!command.children().isEmpty()) {
            out.append("\nUse \"")
                    .append(command.path())
                    .append(" [command] --help\" for more information about a command.\n");
        }
        return out.toString();
    }

    private static String useLine(Command command) {
        Command parent = command.parent();
        String line = (parent == null ? "" : parent.path() + " ") + command.use();
        return command.showsOptions() ? line + " [flags]" : line;
    }

    static List<Command> sorted(List<Command> commands) {
        List<Command> sorted = new ArrayList<>(commands);
        sorted.sort(Comparator.comparing(Command::name));
        return sorted;
    }

    private static void children(Command command, StringBuilder out) {
        List<Command> sorted = sorted(command.children());
        int width = NAME_WIDTH_MIN;
        for (Command child : sorted) {
            width = Math.max(width, child.name().length());
        }
        for (String group : command.groups()) {
            out.append('\n').append(group.isEmpty() ? "Available Commands:" : group).append('\n');
            for (Command child : sorted) {
                if (child.group().equals(group)) {
                    out.append("  ").append(child.name());
                    out.repeat(' ', width - child.name().length());
                    out.append(' ').append(listed(child)).append('\n');
                }
            }
        }
    }

    /** The summary of a command in a list; of the whole program's, one with commands inside says how to see them. */
    static String listed(Command child) {
        Command parent = child.parent();
        boolean atTop = parent != null && parent.parent() == null;
        boolean points = child.style().pointsInside() && !child.isListedPlainly();
        if (!atTop || child.children().isEmpty() || !points) {
            return child.summary();
        }
        return child.summary() + ". Use `" + child.path() + " --help` to see subcommands";
    }

    private static void options(String heading, List<Option> options, StringBuilder out) {
        if (!options.isEmpty()) {
            out.append(heading);
            options(options, out);
        }
    }

    /** A table of options: names, and behind the longest what they are for. */
    public static void options(List<Option> unsorted, StringBuilder out) {
        List<Option> sorted = new ArrayList<>(unsorted);
        sorted.sort(Comparator.comparing(Option::name));
        int width = 0;
        for (Option option : sorted) {
            width = Math.max(width, left(option).length());
        }
        for (Option option : sorted) {
            String left = left(option);
            out.append(left).repeat(' ', width - left.length() + 3);
            out.append(option.help());
            out.append(option.kind().shownInitial(option.initial())).append('\n');
        }
    }

    private static String left(Option option) {
        String word = option.kind().word();
        return (option.letter().isEmpty() ? "      --" : "  -" + option.letter() + ", --")
                + option.name()
                + (word.isEmpty() ? "" : " " + word);
    }

    /** What {@code help WORD...} prints. */
    static Answer answer(Command program, List<String> words) {
        Command command = topic(program, words);
        if (command == null) {
            String topic = String.join("` `", words);
            String text = "Unknown help topic [`" + topic + "`]\n" + usage(program, false);
            return new Answer("", text, 0);
        }
        return new Answer(help(command), "", 0);
    }

    /** The command that words name, as far as they do; null if the first names none. */
    static @Nullable Command topic(Command program, List<String> words) {
        Command command = program;
        for (String word : words) {
            Command next = command.find(word);
            if (next == null) {
                return command == program ? null : command;
            }
            command = next;
        }
        return command;
    }
}
