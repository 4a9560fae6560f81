package dev.quorate.tools.ctl.print;

/** Numbers of members, clusters and leases in hexadecimal. */
public final class Ids {
    private Ids() {}

    /** As short as it goes. */
    public static String hex(long id) {
        return Long.toHexString(id);
    }

    /** Sixteen digits: leases. */
    public static String padded(long id) {
        String digits = Long.toHexString(id);
        return "0".repeat(16 - digits.length()) + digits;
    }

    /** Sixteen places, filled with blanks: members. */
    public static String spaced(long id) {
        String digits = Long.toHexString(id);
        return " ".repeat(16 - digits.length()) + digits;
    }
}
