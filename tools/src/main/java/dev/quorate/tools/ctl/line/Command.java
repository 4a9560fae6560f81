package dev.quorate.tools.ctl.line;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One command and what is inside it. A tree of them is built at start and does not change then. */
public final class Command {
    private final String use;
    private final String summary;
    private String text = "";
    private String example = "";
    private String group = "";
    private String alias = "";
    private boolean runs = true;
    private boolean literalArguments;
    private boolean listedPlainly;
    private boolean showsFlags = true;
    private final List<Flag> flags = new ArrayList<>();
    private final List<Flag> inheritable = new ArrayList<>();
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

    List<String> groups() {
        return groups.isEmpty() ? List.of("") : groups;
    }

    public Command alias(String name) {
        this.alias = name;
        return this;
    }

    public Command flags(Flag... own) {
        flags.addAll(List.of(own));
        return this;
    }

    /** Adds flags that all commands inside it take as well. */
    public Command inheritable(Flag... own) {
        inheritable.addAll(List.of(own));
        return this;
    }

    /** Adds commands inside it; it then only shows help. */
    public Command children(Command... inside) {
        for (Command child : inside) {
            child.parent = this;
            children.add(child);
        }
        runs = false;
        return this;
    }

    /** Lets flags of its own through only before the first argument. */
    public Command literalArguments() {
        this.literalArguments = true;
        return this;
    }

    /** Lists it in the program's help without a pointer to what is inside. */
    public Command listedPlainly() {
        this.listedPlainly = true;
        return this;
    }

    boolean isListedPlainly() {
        return listedPlainly;
    }

    /** Leaves {@code [flags]} out of its usage line. */
    public Command withoutFlagsInUse() {
        this.showsFlags = false;
        return this;
    }

    boolean showsFlags() {
        return showsFlags;
    }

    boolean hasLiteralArguments() {
        return literalArguments;
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

    /** Whether it does something, rather than holding commands that do. */
    public boolean runs() {
        return runs;
    }

    public @Nullable Command parent() {
        return parent;
    }

    List<Command> children() {
        return children;
    }

    /** The command of a word inside it, or null. */
    public @Nullable Command inside(String word) {
        return find(word);
    }

    /** The program. */
    public Command top() {
        return root();
    }

    Command root() {
        Command at = this;
        while (at.parent != null) {
            at = at.parent;
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

    /** Flags that its help lists as its own. */
    List<Flag> ownFlags() {
        List<Flag> own = new ArrayList<>(flags);
        own.add(new Flag("help", "h", Kind.BOOL, "false", "help for " + name()));
        if (parent != null) {
            own.addAll(inheritable);
        }
        return own;
    }

    /** Flags that it takes from commands around it; those of the program are listed by its command {@code options}. */
    List<Flag> inheritedFlags() {
        return inherited();
    }

    /** Flags of commands around it, without those of the program. */
    public List<Flag> inherited() {
        List<Flag> all = new ArrayList<>();
        for (Command at = parent; at != null && at.parent != null; at = at.parent) {
            all.addAll(at.inheritable);
        }
        return all;
    }

    /** The commands inside it. */
    public List<Command> inside() {
        return List.copyOf(children);
    }

    /** The flags that it brings along itself. */
    public List<Flag> takes() {
        List<Flag> all = new ArrayList<>(flags);
        all.addAll(inheritable);
        return all;
    }

    /** Flags that the whole program takes. */
    public List<Flag> globalFlags() {
        return root().inheritable;
    }

    /** The flag of a name, or null. */
    @Nullable Flag flag(String name) {
        for (Flag flag : flags) {
            if (flag.name().equals(name)) {
                return flag;
            }
        }
        for (Command at = this; at != null; at = at.parent) {
            for (Flag flag : at.inheritable) {
                if (flag.name().equals(name)) {
                    return flag;
                }
            }
        }
        return name.equals("help") ? new Flag("help", "h", Kind.BOOL, "false", "") : null;
    }

    /** The flag of a letter, or null. */
    @Nullable Flag flag(char letter) {
        String wanted = String.valueOf(letter);
        for (Flag flag : flags) {
            if (flag.letter().equals(wanted)) {
                return flag;
            }
        }
        for (Command at = this; at != null; at = at.parent) {
            for (Flag flag : at.inheritable) {
                if (flag.letter().equals(wanted)) {
                    return flag;
                }
            }
        }
        return letter == 'h' ? flag("help") : null;
    }

    /** The command inside it that a word names: wholly, or by a beginning that no other has. */
    @Nullable Command find(String word) {
        Command found = null;
        int count = 0;
        for (Command child : children) {
            if (child.name().equals(word) || child.alias.equals(word)) {
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
