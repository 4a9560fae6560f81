package dev.quorate.tools.command;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One command of a program: what it is called, takes and does, and the commands below it. A table that is made once and then only read;
 * use {@link #named} to begin one.
 */
public final class Command {
    private final String use;
    private final String name;
    private final List<String> aliases = new ArrayList<>();
    private String summary = "";
    private String description = "";
    private String example = "";
    private String group = "";
    private boolean hidden;
    private boolean usageAsIs;
    private final List<Option> options = new ArrayList<>();
    private final List<Option> inherited = new ArrayList<>();
    private final List<String> required = new ArrayList<>();
    private Arguments arguments = Arguments.ANY;
    private @Nullable Action action;
    private final List<Command> children = new ArrayList<>();
    private @Nullable Command parent;

    private Command(String use) {
        this.use = use;
        int blank = use.indexOf(' ');
        this.name = blank < 0 ? use : use.substring(0, blank);
    }

    /**
     * Begins a command.
     *
     * @param use its name, and behind that what the usage line shows
     */
    public static Command named(String use) {
        return new Command(use);
    }

    /** The line in the list of commands. */
    public Command summary(String text) {
        summary = text;
        return this;
    }

    /** The beginning of the help, if it is not the summary. */
    public Command description(String text) {
        description = text;
        return this;
    }

    /** Lines below {@code Examples:}. */
    public Command example(String text) {
        example = text;
        return this;
    }

    /** The heading under which the parent lists it. */
    public Command group(String heading) {
        group = heading;
        return this;
    }

    /** Another name. */
    public Command alias(String other) {
        aliases.add(other);
        return this;
    }

    /** Leaves the command out of lists. */
    public Command hide() {
        hidden = true;
        return this;
    }

    /** Shows the usage line without {@code [flags]}. */
    public Command usageAsIs() {
        usageAsIs = true;
        return this;
    }

    /** An option of this command alone. */
    public Command option(Option option) {
        options.add(option);
        return this;
    }

    /** An option that has to be given. */
    public Command requiredOption(Option option) {
        required.add(option.name());
        return option(option);
    }

    /** An option of this command and of all below it. */
    public Command inheritedOption(Option option) {
        inherited.add(option);
        return this;
    }

    /** What arguments are looked at before the action. */
    public Command arguments(Arguments check) {
        arguments = check;
        return this;
    }

    /** What the command does; one without an action only has commands below it. */
    public Command action(Action what) {
        action = what;
        return this;
    }

    /** Adds a command below this one. */
    public Command child(Command child) {
        child.parent = this;
        children.add(child);
        return this;
    }

    public String name() {
        return name;
    }

    /** Its names from the root down. */
    public String path() {
        return parent == null ? name : parent.path() + " " + name;
    }

    List<String> aliases() {
        return aliases;
    }

    String summary() {
        return summary;
    }

    String description() {
        return description.isEmpty() ? summary : description;
    }

    String example() {
        return example;
    }

    String group() {
        return group;
    }

    boolean hidden() {
        return hidden;
    }

    Arguments arguments() {
        return arguments;
    }

    @Nullable Action action() {
        return action;
    }

    boolean isRoot() {
        return parent == null;
    }

    List<String> required() {
        return required;
    }

    /** The commands below, in the order of their names. */
    List<Command> children() {
        List<Command> sorted = new ArrayList<>(children);
        sorted.sort((a, b) -> a.name.compareTo(b.name));
        return sorted;
    }

    /** Its own options, as the help lists them. */
    List<Option> ownOptions() {
        List<Option> own = new ArrayList<>(options);
        own.addAll(inherited);
        return own;
    }

    /** Options that come from above. */
    List<Option> optionsFromAbove() {
        List<Option> above = new ArrayList<>();
        for (Command c = parent; c != null; c = c.parent) {
            above.addAll(c.inherited);
        }
        return above;
    }

    /** The first line of the usage. */
    String usageLine() {
        String line = parent == null ? use : parent.path() + " " + use;
        return usageAsIs || line.contains("[flags]") ? line : line + " [flags]";
    }

    /** The command that a word names: by name, alias or, if only one begins so, by a beginning. */
    @Nullable Command find(String word) {
        List<Command> beginning = new ArrayList<>();
        for (Command child : children) {
            if (child.name.equals(word) || child.aliases.contains(word)) {
                return child;
            }
            if (child.name.startsWith(word)
                    || child.aliases.stream().anyMatch(a -> a.startsWith(word))) {
                beginning.add(child);
            }
        }
        return beginning.size() == 1 ? beginning.getFirst() : null;
    }
}
