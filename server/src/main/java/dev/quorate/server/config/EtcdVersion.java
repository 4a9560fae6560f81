package dev.quorate.server.config;

/** The version of etcd that this server is towards clients and peers, which decide by these numbers what to send. */
public final class EtcdVersion {
    /** In {@code /version}, {@code Status}, metrics and headers. */
    public static final String SERVER = "3.7.1";

    /** The highest cluster version that this server supports, and the version of what it stores. */
    public static final String CLUSTER = "3.7.0";

    /** The lowest cluster version that this server can be part of. */
    public static final String CLUSTER_MIN = "3.0.0";

    private EtcdVersion() {}
}
