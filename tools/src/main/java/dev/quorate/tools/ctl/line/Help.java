package dev.quorate.tools.ctl.line;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The help texts of a command, laid out as etcdctl 3.7.1 prints them. */
public final class Help {
    private static final int NAME_WIDTH_MIN = 11;

    private Help() {}

    /** What {@code --help} prints. */
    public static String help(Command command) {
        return command.text()
                + "\n\n"
                + usage(command)
                + "Use \""
                + command.root().name()
                + " options\" for a list of global command-line options (applies to all commands).\n";
    }

    /** The part that also follows an error. */
    public static String usage(Command command) {
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
        if (command.parent() != null) {
            out.append("\nFlags:\n");
            flags(command.ownFlags(), out);
            List<Flag> inherited = command.inheritedFlags();
            if (!inherited.isEmpty()) {
                out.append("\nGlobal Flags:\n");
                flags(inherited, out);
            }
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
        return command.showsFlags() ? line + " [flags]" : line;
    }

    private static void children(Command command, StringBuilder out) {
        List<Command> sorted = new ArrayList<>(command.children());
        sorted.sort(Comparator.comparing(Command::name));
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

    /** The summary of a command in a list of the whole program; one with commands inside says how to see them. */
    private static String listed(Command child) {
        Command parent = child.parent();
        boolean atTop = parent != null && parent.parent() == null;
        if (!atTop || child.children().isEmpty() || child.isListedPlainly()) {
            return child.summary();
        }
        return child.summary() + ". Use `" + child.path() + " --help` to see subcommands";
    }

    /** A table of flags: names, and behind the longest what they are for. */
    public static void flags(List<Flag> unsorted, StringBuilder out) {
        List<Flag> sorted = new ArrayList<>(unsorted);
        sorted.sort(Comparator.comparing(Flag::name));
        int width = 0;
        for (Flag flag : sorted) {
            width = Math.max(width, left(flag).length());
        }
        for (Flag flag : sorted) {
            String left = left(flag);
            out.append(left).repeat(' ', width - left.length() + 3);
            out.append(flag.help()).append(flag.shownInitial()).append('\n');
        }
    }

    private static String left(Flag flag) {
        String kind = flag.kind().shown;
        return (flag.letter().isEmpty() ? "      --" : "  -" + flag.letter() + ", --")
                + flag.name()
                + (kind.isEmpty() ? "" : " " + kind);
    }
}
