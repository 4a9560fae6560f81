package dev.quorate.tools.command;

import java.util.List;

/**
 * A line that could be read.
 *
 * @param arguments what is left when commands and options are taken away
 * @param dash how many arguments stood before {@code --}, or -1 without one
 */
public record Line(Command command, Values values, List<String> arguments, int dash)
        implements Reading {}
