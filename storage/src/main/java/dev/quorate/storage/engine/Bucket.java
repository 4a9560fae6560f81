package dev.quorate.storage.engine;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The ordered maps a member's database consists of; the names are etcd's and appear in snapshot files and in the state hash. */
public enum Bucket {
    /** Every revision of every user key: {@link RevisionKey} to {@code mvccpb.KeyValue}. */
    KEY("key", 0),
    /** What the database itself has to remember: applied index and term, compaction progress, membership state. */
    META("meta", 1),
    /** Big-endian lease id to {@code leasepb.Lease}. */
    LEASE("lease", 2),
    /** {@code AlarmMember} bytes to nothing. */
    ALARM("alarm", 3),
    /** Whether authentication is on, and its revision. */
    AUTH("auth", 4),
    /** User name to {@code authpb.User}. */
    AUTH_USERS("authUsers", 5),
    /** Role name to {@code authpb.Role}. */
    AUTH_ROLES("authRoles", 6),
    /** Hexadecimal member id to the member in JSON. */
    MEMBERS("members", 7),
    /** Hexadecimal id of every member that was ever removed. */
    MEMBERS_REMOVED("members_removed", 8),
    /** Cluster version and downgrade state. */
    CLUSTER("cluster", 9);

    private static final List<Bucket> BY_NAME =
            Stream.of(values()).sorted(Comparator.comparing(Bucket::text)).toList();

    private final String name;

    /** Position in arrays that hold one thing per bucket. */
    final int slot;

    Bucket(String name, int slot) {
        this.name = name;
        this.slot = slot;
    }

    /** The name on disk; a fresh copy. */
    public byte[] nameBytes() {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    /** The name on disk as text. */
    public String text() {
        return name;
    }

    /** All buckets in the byte order of their names, the order in which a state hash and a snapshot file visit them. */
    public static List<Bucket> byName() {
        return BY_NAME;
    }

    /** The bucket with this name, or nothing if we keep no such bucket. */
    public static Optional<Bucket> named(byte[] name) {
        String text = new String(name, StandardCharsets.ISO_8859_1);
        return BY_NAME.stream().filter(b -> b.name.equals(text)).findFirst();
    }
}
