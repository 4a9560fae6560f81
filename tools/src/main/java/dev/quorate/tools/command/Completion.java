package dev.quorate.tools.command;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Completion of command lines in shells. The scripts ask the program itself, in the protocol of cobra, so that scripts made by the original
 * programs work as well: {@code PROGRAM __complete WORD... PART} prints one candidate per line, a tab and its description behind it, and at
 * the end a colon and what the shell shall do besides.
 */
final class Completion {
    /** The shells that there are scripts for. */
    static final List<String> SHELLS = List.of("bash", "zsh", "fish", "powershell");

    private static final String ASK = "__complete";
    private static final String ASK_BARE = "__completeNoDesc";

    /** What the shell shall do besides offering the candidates. */
    private enum End {
        /** Offer files where there is no candidate. */
        FILES(":0\n", "ShellCompDirectiveDefault"),
        DIRECTORIES(":16\n", "ShellCompDirectiveFilterDirs"),
        NOTHING(":4\n", "ShellCompDirectiveNoFileComp");

        final String line;
        final String told;

        End(String line, String told) {
            this.line = line;
            this.told = told;
        }
    }

    private static final String BASH =
            """
            # bash completion for %1$-36s -*- shell-script -*-

            __%1$s_debug()
            {
                if [[ -n ${BASH_COMP_DEBUG_FILE:-} ]]; then
                    echo "$*" >> "${BASH_COMP_DEBUG_FILE}"
                fi
            }

            __%1$s_complete()
            {
                # The shell breaks words at = and : too; the program wants them whole.
                local words=() word join=0 candidate rest last=${COMP_WORDS[COMP_CWORD]}
                for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
                    if (( ${#words[@]} )) && { (( join )) || [[ $word == [=:] ]]; }; then
                        words[-1]+=$word
                    else
                        words+=("$word")
                    fi
                    join=0
                    [[ $word == [=:] ]] && join=1
                done
                [[ $last == [=:] ]] && last=''
                COMPREPLY=()
                while IFS=$'\\t' read -r candidate rest; do
                    case $candidate in
                        :4) compopt +o default ;;
                        :*|'') ;;
                        "$last"*) COMPREPLY+=("$candidate") ;;
                    esac
                done < <("${COMP_WORDS[0]}" __complete "${words[@]}" 2>/dev/null)
                __%1$s_debug "complete ${words[*]}: ${COMPREPLY[*]}"
            }

            complete -o default -F __%1$s_complete %1$s
            """;

    private static final String ZSH =
            """
            #compdef %1$s
            # zsh completion for %1$s

            _%1$s()
            {
                local line name end
                local -a candidates
                for line in "${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT-1]}" "${words[CURRENT]}" 2>/dev/null)}"; do
                    name=${line%%%%$'\\t'*}
                    case $name in
                        :*) end=$name ;;
                        ?*) candidates+=("${name//:/\\\\:}:${line#*$'\\t'}") ;;
                    esac
                done
                compset -P '-*='
                if (( ${#candidates} )); then
                    _describe '%1$s' candidates
                elif [[ $end != :4 ]]; then
                    _files
                fi
            }

            compdef _%1$s %1$s
            """;

    private static final String FISH =
            """
            # fish completion for %1$s

            function __%1$s_complete
                set -l words (commandline -opc)
                set -l part (commandline -ct)
                set -l before (string match --regex -- '^-[^=]*=' $part)
                set -l any
                set -l end
                for line in ($words[1] __complete $words[2..-1] "$part" 2>/dev/null)
                    if string match --quiet -- ':*' $line
                        set end $line
                    else if string match --quiet -- "$part*" "$before$line"
                        set any yes
                        echo "$before$line"
                    end
                end
                if test -z "$any" -a "$end" != :4
                    __fish_complete_path "$part"
                end
            end

            complete -c %1$s -f -a '(__%1$s_complete)'
            """;

    private static final String POWERSHELL =
            """
            # powershell completion for %1$s

            Register-ArgumentCompleter -Native -CommandName '%1$s' -ScriptBlock {
                param($part, $line, $position)
                $words = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.Extent.Text })
                if ($part -ne '') { $words = @($words | Select-Object -SkipLast 1) }
                $before = ''
                if ($part -match '^-[^=]*=') { $before = $Matches[0] }
                & $line.CommandElements[0].Extent.Text __complete @words "$part" 2>$null | ForEach-Object {
                    $name, $help = $_ -split "`t", 2
                    if (-not $help) { $help = $name }
                    $word = "$before$name"
                    if (-not $name.StartsWith(':') -and $word.StartsWith($part)) {
                        [System.Management.Automation.CompletionResult]::new($word, $name, 'ParameterValue', $help)
                    }
                }
            }
            """;

    private Completion() {}

    /** What {@code completion SHELL} prints. */
    static Answer script(Command program, String shell) {
        String script =
                switch (shell) {
                    case "bash" -> BASH;
                    case "zsh" -> ZSH;
                    case "fish" -> FISH;
                    case "powershell" -> POWERSHELL;
                    default -> throw new IllegalArgumentException("no script for " + shell);
                };
        return new Answer(script.formatted(program.name()), "", 0);
    }

    /** Whether a line comes from a shell that wants to complete another. */
    static boolean isAsked(List<String> line) {
        return !line.isEmpty() && (line.getFirst().equals(ASK) || line.getFirst().equals(ASK_BARE));
    }

    /** Candidates for the last word. */
    static Answer answer(Command program, List<String> line) {
        if (line.size() == 1) {
            String message = "Error: requires at least 1 arg(s), only received 0\n";
            return new Answer("", message, ExitCode.ERROR);
        }
        StringBuilder out = new StringBuilder();
        String problem = "";
        End end;
        try {
            boolean bare = line.getFirst().equals(ASK_BARE);
            end =
                    new Search(bare, line.getLast(), out)
                            .search(program, line.subList(1, line.size() - 1));
        } catch (LineException e) {
            problem = "[Debug] [Error] " + e.getMessage() + "\n";
            end = End.FILES;
        }
        String said = problem + "Completion ended with directive: " + end.told + "\n";
        return new Answer(out.append(end.line).toString(), said, 0);
    }

    /** One search for candidates, by the rules of cobra. */
    private record Search(boolean bare, String part, StringBuilder out) {

        /** Returns what the shell shall do besides. */
        End search(Command program, List<String> before) throws LineException {
            CommandLine.Found found = find(program, before);
            Command command = found.command();
            List<String> words = found.rest();
            boolean named = part.startsWith("-") && !words.contains("--");
            int equals = named ? part.indexOf('=') : -1;
            Option option = equals > 0 ? option(command, part.substring(0, equals)) : null;
            if (equals < 0 && !named && !words.isEmpty()) {
                option = option(command, words.getLast());
                words = option == null ? words : words.subList(0, words.size() - 1);
            }
            Line line = read(command, words);
            if (option != null) {
                option.values().forEach(value -> out.append(value).append('\n'));
                return option.isDirectory() ? End.DIRECTORIES : End.FILES;
            }
            if (line.values().isSet("help")) {
                return End.FILES;
            }
            if (named) {
                required(line);
                if (out.isEmpty()) {
                    options(command, line.values());
                }
                return End.NOTHING;
            }
            return words(line);
        }

        private static CommandLine.Found find(Command program, List<String> before)
                throws LineException {
            try {
                return CommandLine.find(program, before);
            } catch (LineException e) {
                throw failed("unable to find a command for arguments: " + list(before));
            }
        }

        private static Line read(Command command, List<String> words) throws LineException {
            try {
                return CommandLine.options(command, words);
            } catch (LineException e) {
                String problem = e.getMessage();
                throw failed("Error while parsing flags from args " + list(words) + ": " + problem);
            }
        }

        private static LineException failed(String message) {
            return new LineException(message, "");
        }

        private static String list(List<String> words) {
            return "[" + String.join(" ", words) + "]";
        }

        /** The option that a word names and whose value comes next, or null. */
        private static @Nullable Option option(Command command, String word) {
            Option option = null;
            if (word.startsWith("--")) {
                option = command.option(word.substring(2));
            } else if (word.startsWith("-") && word.length() > 1) {
                option = command.option(word.charAt(word.length() - 1));
            }
            return option == null || option.isBool() ? null : option;
        }

        private void options(Command command, Values values) {
            List<Option> inherited = command.inheritedOptions();
            List<Option> own = command.ownOptions();
            own.add(command.help());
            boolean isProgram = command.parent() == null;
            if (command.style().programOptions() && !isProgram) {
                inherited.addAll(command.programOptions());
            } else if (!command.style().programOptions() && isProgram) {
                own.clear();
            }
            inherited.sort(Comparator.comparing(Option::name));
            own.sort(Comparator.comparing(Option::name));
            inherited.addAll(own);
            for (Option option : inherited) {
                if (!values.isSet(option.name()) || option.kind() == ValueKind.STRINGS) {
                    candidate("--" + option.name(), option.help());
                    if (!option.letter().isEmpty()) {
                        candidate("-" + option.letter(), option.help());
                    }
                }
            }
        }

        private End words(Line line) {
            Command command = line.command();
            if (command.pathInside().equals("help")) {
                Command topic = Help.topic(command.program(), line.arguments());
                if (topic != null) {
                    commands(topic);
                }
                return End.NOTHING;
            }
            boolean first = line.arguments().isEmpty();
            if (first) {
                commands(command);
            }
            required(line);
            if (first && !command.validArguments().isEmpty()) {
                command.validArguments().forEach(argument -> candidate(argument, ""));
                return End.NOTHING;
            }
            return first && !command.children().isEmpty() ? End.NOTHING : End.FILES;
        }

        private void required(Line line) {
            for (String name : line.command().required()) {
                Option option = line.command().option(name);
                if (option != null && !line.values().isSet(name)) {
                    candidate("--" + name, option.help());
                }
            }
        }

        private void commands(Command command) {
            for (Command child : Help.sorted(command.children())) {
                candidate(child.name(), Help.listed(child));
            }
        }

        private void candidate(String word, String description) {
            if (word.startsWith(part)) {
                out.append(word);
                if (!bare && !description.isEmpty()) {
                    out.append('\t').append(description);
                }
                out.append('\n');
            }
        }
    }
}
