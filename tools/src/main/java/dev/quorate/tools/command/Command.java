package dev.quorate.tools.command;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One command and what is inside it. A tree of them is a table: built at start, then only read. */
public final class Command {
    private static final int ANY = -1;

    private final String use;
    private final String summary;
    private String text = "";
    private String example = "";
    private String group = "";
    private boolean listedPlainly;
    private boolean showsOptions = true;
    private HelpStyle style = HelpStyle.ETCDCTL;
    private int argumentCount = ANY;
    private List<String> validArguments = List.of();
    private final List<Option> options = new ArrayList<>();
    private final List<Option> inheritable = new ArrayList<>();
    private final List<String> required = new ArrayList<>();
    private final List<String> groups = new ArrayList<>();
    private final List<Command> children = new ArrayList<>();
    private @Nullable Command parent;

    /**
     * @param use the name, and behind a blank what its arguments are
     * @param summary one line
     */
    public Command(String use, String summary) {
        this.use = use;
        this.summary = summary;
    }

    /** Sets the text of its help, where that says more than the summary. */
    public Command text(String longer) {
        this.text = longer;
        return this;
    }

    public Command example(String lines) {
        this.example = lines;
        return this;
    }

    /** Sets how the texts of the whole program look; to be called on the program. */
    public Command style(HelpStyle texts) {
        this.style = texts;
        return this;
    }

    /** Sets the heading under which the help of the program lists it. */
    public Command group(String heading) {
        this.group = heading;
        return this;
    }

    /** Sets the headings of its help and their order. */
    public Command groups(String... headings) {
        groups.addAll(List.of(headings));
        return this;
    }

    public Command options(Option... own) {
        options.addAll(List.of(own));
        return this;
    }

    /** Adds an option that has to be given. */
    public Command required(Option option) {
        required.add(option.name());
        return options(option);
    }

    /** Adds options that all commands inside it take as well. */
    public Command inheritable(Option... own) {
        inheritable.addAll(List.of(own));
        return this;
    }

    /** Sets how many arguments it takes, where that is not for the command itself to say in its own words. */
    public Command arguments(int count) {
        this.argumentCount = count;
        return this;
    }

    /** Sets that it takes one argument, which is one of a few words. */
    public Command argument(List<String> valid) {
        this.validArguments = valid;
        return arguments(1);
    }

    /** Adds commands inside it; it then only shows help. */
    public Command children(Command... inside) {
        for (Command child : inside) {
            child.parent = this;
            children.add(child);
        }
        return this;
    }

    /** Lists it in the program's help without a pointer to what is inside. */
    public Command listedPlainly() {
        this.listedPlainly = true;
        return this;
    }

    /** Leaves {@code [flags]} out of its usage line. */
    public Command withoutOptionsInUse() {
        this.showsOptions = false;
        return this;
    }

    public String name() {
        int blank = use.indexOf(' ');
        return blank < 0 ? use : use.substring(0, blank);
    }

    String use() {
        return use;
    }

    String summary() {
        return summary;
    }

    String text() {
        return text.isEmpty() ? summary : text;
    }

    String example() {
        return example;
    }

    String group() {
        return group;
    }

    List<String> groups() {
        return groups.isEmpty() ? List.of("") : groups;
    }

    HelpStyle style() {
        return program().style;
    }

    boolean isListedPlainly() {
        return listedPlainly;
    }

    boolean showsOptions() {
        return showsOptions;
    }

    List<String> required() {
        return required;
    }

    List<String> validArguments() {
        return validArguments;
    }

    boolean takes(int arguments) {
        return argumentCount == ANY || argumentCount == arguments;
    }

    int argumentCount() {
        return argumentCount;
    }

    /** Whether it does something, rather than holding commands that do. */
    boolean runs() {
        return children.isEmpty();
    }

    @Nullable Command parent() {
        return parent;
    }

    List<Command> children() {
        return children;
    }

    /** The outermost command. */
    Command program() {
        Command at = this;
        while (at.parent != null) {
            at = at.parent;
        }
        return at;
    }

    /** A command of the same program, by its names behind the program's. */
    public Command other(String... names) {
        Command at = program();
        for (String name : names) {
            Command inside = at.find(name);
            if (inside == null) {
                throw new IllegalArgumentException("no command " + name + " in " + at.path());
            }
            at = inside;
        }
        return at;
    }

    /** All names on the way to it, with blanks between them: {@code etcdctl member add}. */
    public String path() {
        return parent == null ? name() : parent.path() + " " + name();
    }

    /** The names behind the program's. */
    public String pathInside() {
        return parent == null
                ? ""
                : parent.parent == null ? name() : parent.pathInside() + " " + name();
    }

    /** Options that its help lists as its own. */
    List<Option> ownOptions() {
        List<Option> own = new ArrayList<>(options);
        own.addAll(inheritable);
        return own;
    }

    /** Options of commands around it, without those of the program. */
    public List<Option> inheritedOptions() {
        List<Option> all = new ArrayList<>();
        for (Command at = parent; at != null && at.parent != null; at = at.parent) {
            all.addAll(at.inheritable);
        }
        return all;
    }

    /** Options that the whole program takes. */
    public List<Option> programOptions() {
        return program().inheritable;
    }

    Option help() {
        return new Option("help", "h", ValueKind.BOOL, "false", "help for " + name());
    }

    /** The option of a name, or null. */
    @Nullable Option option(String name) {
        for (Option option : options) {
            if (option.name().equals(name)) {
                return option;
            }
        }
        for (Command at = this; at != null; at = at.parent) {
            for (Option option : at.inheritable) {
                if (option.name().equals(name)) {
                    return option;
                }
            }
        }
        return name.equals("help") ? help() : null;
    }

    /** The option of a letter, or null. */
    @Nullable Option option(char letter) {
        String wanted = String.valueOf(letter);
        for (Option option : options) {
            if (option.letter().equals(wanted)) {
                return option;
            }
        }
        for (Command at = this; at != null; at = at.parent) {
            for (Option option : at.inheritable) {
                if (option.letter().equals(wanted)) {
                    return option;
                }
            }
        }
        return letter == 'h' ? help() : null;
    }

    /** The command inside it that a word names: wholly, or by a beginning that no other has. */
    @Nullable Command find(String word) {
        Command found = null;
        int count = 0;
        for (Command child : children) {
            if (child.name().equals(word)) {
                return child;
            }
            if (child.name().startsWith(word)) {
                found = child;
                count++;
            }
        }
        return count == 1 ? found : null;
    }
}
