package dev.quorate.tools.flag;

import java.util.List;

/**
 * One row of a table of flags.
 *
 * @param name without dashes
 * @param type what values it takes
 * @param initial the value when nothing sets it
 * @param shown what the help prints behind the name, usually the quoted default; may be empty
 * @param help lines of the help; a flag without any is accepted but not shown
 */
public record Flag(String name, FlagType type, String initial, String shown, List<String> help) {
    public Flag {
        help = List.copyOf(help);
    }
}
