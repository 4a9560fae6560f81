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
}
