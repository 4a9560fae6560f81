package dev.quorate.tools.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** Help and usage of a command. */
final class HelpText {
    private static final int NAME_WIDTH = 11;

    private final HelpStyle style;

    HelpText(HelpStyle style) {
        this.style = style;
    }

    /** What {@code --help} prints. */
    String help(Command command) {
        String text = style.described() ? command.description() + "\n\n" : "";
        text += usage(command, true);
        return style.last().isEmpty() ? text : text + style.last() + "\n";
    }

    /**
     * What stands below a complaint.
     *
     * @param withHelp whether {@code --help} is among the options
     */
    String usage(Command command, boolean withHelp) {
        StringBuilder text = new StringBuilder("Usage:");
        List<Command> listed = listed(command);
        if (command.action() != null) {
            text.append("\n  ").append(command.usageLine());
        }
        if (!listed.isEmpty()) {
            text.append("\n  ").append(command.path()).append(" [command]");
        }
        if (!command.aliases().isEmpty()) {
            text.append("\n\nAliases:\n  ")
                    .append(command.name())
                    .append(", ")
                    .append(String.join(", ", command.aliases()));
        }
        if (!command.example().isEmpty()) {
            text.append("\n\nExamples:\n").append(command.example());
        }
        commands(text, listed);
        List<Option> own = new ArrayList<>();
        if (!command.isRoot() || style.rootOptions()) {
            own.addAll(command.ownOptions());
            if (withHelp) {
                own.add(help(command.name()));
            }
        }
        options(text, "Flags:", own);
        if (style.globals()) {
            options(text, "Global Flags:", command.optionsFromAbove());
        }
        if (!listed.isEmpty()) {
            text.append("\n\nUse \"")
                    .append(command.path())
                    .append(" [command] --help\" for more information about a command.");
        }
        return text.append('\n').toString();
    }

    static Option help(String commandName) {
        return Option.flag("help", "help for " + commandName).letter('h');
    }

    private static List<Command> listed(Command command) {
        return command.children().stream().filter(child -> !child.hidden()).toList();
    }

    private static void commands(StringBuilder text, List<Command> listed) {
        int width = NAME_WIDTH;
        SequencedSet<String> groups = new LinkedHashSet<>();
        for (Command child : listed) {
            width = Math.max(width, child.name().length());
        }
        for (Command child : listed) {
            groups.add(child.group());
        }
        for (String group : groups) {
            text.append("\n\n").append(group.isEmpty() ? "Available Commands:" : group);
            for (Command child : listed) {
                if (child.group().equals(group)) {
                    text.append("\n  ").append(padded(child.name(), width));
                    text.append(' ').append(child.summary());
                }
            }
        }
    }

    private static void options(StringBuilder text, String heading, List<Option> options) {
        List<Option> shown =
                options.stream()
                        .filter(option -> !option.hidden())
                        .sorted(Comparator.comparing(Option::name))
                        .toList();
        if (!shown.isEmpty()) {
            text.append("\n\n").append(heading).append('\n').append(optionLines(shown));
        }
    }

    /** One line per option, in the order given, without a line feed at the end. */
    static String optionLines(List<Option> options) {
        List<String> heads = options.stream().map(HelpText::head).toList();
        int width = heads.stream().mapToInt(String::length).max().orElse(0);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < options.size(); i++) {
            Option option = options.get(i);
            String line =
                    padded(heads.get(i), width)
                            + "   "
                            + option.help()
                            + option.kind().defaultText(option.initial());
            lines.add(line.stripTrailing());
        }
        return String.join("\n", lines);
    }

    private static String head(Option option) {
        String word = option.kind().word();
        String names = option.letter() == 0 ? "      --" : "  -" + option.letter() + ", --";
        return names + option.name() + (word.isEmpty() ? "" : " " + word);
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
