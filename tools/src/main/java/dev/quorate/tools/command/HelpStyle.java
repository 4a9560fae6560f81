package dev.quorate.tools.command;

/**
 * What differs between the help texts of programs.
 *
 * @param described whether a help begins with the command's description
 * @param globals whether helps list the options that come from above
 * @param last a line at the end of every help, or empty
 * @param rootOptions whether the root's own options are listed
 * @param repeatsError whether a complaint stands once more below the usage that it brings with it
 */
public record HelpStyle(
        boolean described,
        boolean globals,
        String last,
        boolean rootOptions,
        boolean repeatsError) {
    /** etcdutl's. */
    public static final HelpStyle ETCDUTL = new HelpStyle(false, true, "", true, true);
}
