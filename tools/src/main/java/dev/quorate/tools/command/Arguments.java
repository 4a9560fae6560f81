package dev.quorate.tools.command;

import java.util.List;

/** How many arguments a command takes, if that is not for its action to say. */
@FunctionalInterface
public interface Arguments {
    /** Any number. */
    Arguments ANY = (_, _) -> {};

    /**
     * Looks at the arguments before the action runs.
     *
     * @param path the command with its parents, as complaints name it
     * @throws UsageException if they do not fit
     */
    void check(String path, List<String> arguments) throws UsageException;

    /** Exactly so many. */
    static Arguments exactly(int count) {
        return (_, arguments) -> {
            if (arguments.size() != count) {
                throw new UsageException(
                        "accepts " + count + " arg(s), received " + arguments.size());
            }
        };
    }

    /** Exactly so many, each one of a few words. */
    static Arguments exactly(int count, List<String> valid) {
        Arguments number = exactly(count);
        return (path, arguments) -> {
            number.check(path, arguments);
            for (String argument : arguments) {
                if (!valid.contains(argument)) {
                    throw new UsageException(
                            "invalid argument \"" + argument + "\" for \"" + path + "\"");
                }
            }
        };
    }
}
