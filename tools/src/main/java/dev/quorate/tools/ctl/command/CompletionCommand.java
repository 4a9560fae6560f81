package dev.quorate.tools.ctl.command;

import dev.quorate.tools.ctl.line.Command;
import dev.quorate.tools.ctl.line.Flag;
import dev.quorate.tools.ctl.line.Help;
import dev.quorate.tools.ctl.line.Quote;
import java.util.ArrayList;
import java.util.List;

/** {@code completion}: scripts by which shells complete commands and flags. They know the table and never start this program. */
final class CompletionCommand {
    private CompletionCommand() {}

    static void run(Run run) {
        List<String> arguments = run.arguments();
        if (arguments.size() != 1) {
            refuse(run, "accepts 1 arg(s), received " + arguments.size());
        }
        Command program = run.line().command().top();
        String script =
                switch (arguments.getFirst()) {
                    case "bash" -> bash(program);
                    case "zsh" -> zsh(program);
                    case "fish" -> fish(program);
                    case "powershell" -> powershell(program);
                    case String other -> {
                        refuse(
                                run,
                                "invalid argument "
                                        + Quote.go(other)
                                        + " for \"etcdctl completion\"");
                        yield "";
                    }
                };
        run.out().text(script);
    }

    private static void refuse(Run run, String message) {
        run.err().line("Error: " + message).text(Help.usage(run.line().command())).line("");
        throw CtlException.quiet(CtlException.ERROR);
    }

    private static String words(Command command) {
        List<String> words = new ArrayList<>();
        command.inside().forEach(child -> words.add(child.name()));
        for (Flag flag : command.takes()) {
            words.add("--" + flag.name());
        }
        return String.join(" ", words);
    }

    private static void cases(Command command, String head, String tail, StringBuilder out) {
        out.append(String.format(head, command.pathInside())).append(words(command)).append(tail);
        command.inside().forEach(child -> cases(child, head, tail, out));
    }

    private static String bash(Command program) {
        StringBuilder out =
                new StringBuilder(
                        """
                        # bash completion for etcdctl                              -*- shell-script -*-

                        _etcdctl() {
                            local word path="" cur="${COMP_WORDS[COMP_CWORD]}" i
                            for ((i = 1; i < COMP_CWORD; i++)); do
                                word="${COMP_WORDS[i]}"
                                case "$word" in -*) continue ;; esac
                                case "$(_etcdctl_words "$path")" in *"$word"*) path="${path:+$path }$word" ;; esac
                            done
                            COMPREPLY=($(compgen -W "$(_etcdctl_words "$path")" -- "$cur"))
                        }

                        _etcdctl_words() {
                            case "$1" in
                        """);
        cases(program, "    '%s') echo '", "' ;;\n", out);
        return out.append(
                        """
                            esac
                        }

                        complete -o default -F _etcdctl etcdctl
                        """)
                .toString();
    }

    private static String zsh(Command program) {
        return "#compdef etcdctl\n\nautoload -U +X bashcompinit && bashcompinit\n\n"
                + bash(program);
    }

    private static String fish(Command program) {
        StringBuilder out = new StringBuilder("# fish completion for etcdctl\n\n");
        fish(program, out);
        return out.toString();
    }

    private static void fish(Command command, StringBuilder out) {
        String condition =
                command.parent() == null
                        ? "__fish_use_subcommand"
                        : "__fish_seen_subcommand_from " + command.name();
        for (Command child : command.inside()) {
            out.append("complete -c etcdctl -f -n '")
                    .append(condition)
                    .append("' -a ")
                    .append(child.name())
                    .append('\n');
            fish(child, out);
        }
        for (Flag flag : command.takes()) {
            out.append("complete -c etcdctl");
            if (command.parent() != null) {
                out.append(" -n '").append(condition).append('\'');
            }
            out.append(" -l ").append(flag.name()).append('\n');
        }
    }

    private static String powershell(Command program) {
        StringBuilder out =
                new StringBuilder(
                        """
                        # powershell completion for etcdctl

                        Register-ArgumentCompleter -Native -CommandName etcdctl -ScriptBlock {
                            param($wordToComplete, $commandAst, $cursorPosition)
                            $table = @{
                        """);
        cases(program, "        '%s' = '", "'\n", out);
        return out.append(
                        """
                            }
                            $path = ''
                            $commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object {
                                $next = ("$path $_").Trim()
                                if ($table.ContainsKey($next)) { $path = $next }
                            }
                            $table[$path].Split(' ') | Where-Object { $_ -like "$wordToComplete*" }
                        }
                        """)
                .toString();
    }
}
