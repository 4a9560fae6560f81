package dev.quorate.tools.command;

/**
 * What differs between the texts of programs.
 *
 * @param described whether a help begins with the command's description
 * @param programOptions whether helps list the options of the whole program
 * @param pointsInside whether the program's help says of commands with others inside how to see those
 * @param last a line at the end of every help, or empty
 * @param repeatsError whether a complaint stands once more below what it brings with it
 * @param helpTakesWord whether {@code --help} takes the next word with it where commands are looked for, as cobra lets it until the option
 *     is defined: {@code --help snapshot} is about the program then
 */
public record HelpStyle(
        boolean described,
        boolean programOptions,
        boolean pointsInside,
        String last,
        boolean repeatsError,
        boolean helpTakesWord) {
    public static final HelpStyle ETCDCTL =
            new HelpStyle(
                    true,
                    false,
                    true,
                    "Use \"etcdctl options\" for a list of global command-line options (applies to all commands).\n",
                    false,
                    false);
    public static final HelpStyle ETCDUTL = new HelpStyle(false, true, false, "", true, true);
}
