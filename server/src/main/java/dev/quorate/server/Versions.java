package dev.quorate.server;

/** The versions that this member claims; clients and peers decide by them. */
public final class Versions {
    /** The etcd version whose behaviour this is. */
    public static final String SERVER = "3.7.1";

    /** The highest cluster version this member can serve. */
    public static final String CLUSTER = "3.7.0";

    /** The version of what is stored. */
    public static final String STORAGE = "3.7.0";

    private Versions() {}

    /** The leading two numbers, as log lines show a cluster version. */
    public static String majorMinor(String version) {
        int second = version.indexOf('.', version.indexOf('.') + 1);
        return second < 0 ? version : version.substring(0, second);
    }

    /** Whether the text is three numbers, with or without something behind them. */
    public static boolean isVersion(String text) {
        return text.matches("[0-9]{1,6}\\.[0-9]{1,6}\\.[0-9]{1,6}([-+].*)?");
    }

    /** Compares two versions by their three numbers. */
    public static int compare(String one, String other) {
        String[] a = one.split("[.+-]", 4);
        String[] b = other.split("[.+-]", 4);
        for (int i = 0; i < 3; i++) {
            int order = Integer.compare(Integer.parseInt(a[i]), Integer.parseInt(b[i]));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
