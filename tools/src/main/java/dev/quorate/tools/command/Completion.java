package dev.quorate.tools.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Completion of command lines in shells. The script asks the program itself: {@code PROGRAM __complete WORD... PART} prints one candidate
 * per line, a tab and its description behind it. Where the program knows none, the shell completes file names.
 */
public final class Completion {
    /** What scripts call; in no list of commands. */
    static final String ASK = "__complete";

    /** The shells that there are scripts for. */
    public static final List<String> SHELLS = List.of("bash", "zsh", "fish", "powershell");

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
                local part=${COMP_WORDS[COMP_CWORD]}
                local words=("${COMP_WORDS[@]:1:COMP_CWORD-1}")
                local candidate rest
                COMPREPLY=()
                while IFS=$'\\t' read -r candidate rest; do
                    [[ -n $candidate ]] && COMPREPLY+=("$candidate")
                done < <("${COMP_WORDS[0]}" __complete "${words[@]}" "$part" 2>/dev/null)
                __%1$s_debug "complete ${words[*]} <$part>: ${COMPREPLY[*]}"
            }

            complete -o default -F __%1$s_complete %1$s
            """;

    private static final String ZSH =
            """
            #compdef %1$s
            # zsh completion for %1$s

            _%1$s()
            {
                local line name
                local -a candidates
                for line in "${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT-1]}" "${words[CURRENT]}" 2>/dev/null)}"; do
                    name=${line%%%%$'\\t'*}
                    [[ -n $name ]] && candidates+=("${name//:/\\\\:}:${line#*$'\\t'}")
                done
                if (( ${#candidates} )); then
                    _describe '%1$s' candidates
                else
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
                $words[1] __complete $words[2..-1] "$part" 2>/dev/null
            end

            complete -c %1$s -a '(__%1$s_complete)'
            """;

    private static final String POWERSHELL =
            """
            # powershell completion for %1$s

            Register-ArgumentCompleter -Native -CommandName '%1$s' -ScriptBlock {
                param($part, $line, $position)
                $words = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.Extent.Text })
                if ($part -ne '') { $words = @($words | Select-Object -SkipLast 1) }
                & $line.CommandElements[0].Extent.Text __complete @words "$part" 2>$null | ForEach-Object {
                    $name, $help = $_ -split "`t", 2
                    if (-not $help) { $help = $name }
                    [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterValue', $help)
                }
            }
            """;

    private Completion() {}

    /** The script of one of the {@link #SHELLS} for the program of this name. */
    public static String script(String shell, String program) {
        String script =
                switch (shell) {
                    case "bash" -> BASH;
                    case "zsh" -> ZSH;
                    case "fish" -> FISH;
                    case "powershell" -> POWERSHELL;
                    default -> throw new IllegalArgumentException("no script for " + shell);
                };
        return script.formatted(program);
    }

    /** Lines of candidates for the last word. */
    static List<String> candidates(Command root, List<String> words) {
        String part = words.isEmpty() ? "" : words.getLast();
        List<String> before = words.isEmpty() ? words : words.subList(0, words.size() - 1);
        Words.Found found = Words.find(root, before);
        List<String> lines = new ArrayList<>();
        if (part.startsWith("-")) {
            Words.options(found.command()).values().stream()
                    .filter(option -> !option.hidden() && ("--" + option.name()).startsWith(part))
                    .sorted(Comparator.comparing(Option::name))
                    .forEach(option -> lines.add("--" + option.name() + "\t" + option.help()));
        } else if (Words.firstArgument(found.command(), found.rest()) < 0) {
            for (Command child : found.command().children()) {
                if (!child.hidden() && child.name().startsWith(part)) {
                    lines.add(child.name() + "\t" + child.summary());
                }
            }
        }
        return lines;
    }
}
