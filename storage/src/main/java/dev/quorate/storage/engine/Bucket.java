package dev.quorate.storage.engine;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The ordered maps a member's database consists of; the names are etcd's and appear in snapshot files and in the state hash. */
public enum Bucket {
    /** Every revision of every user key: {@link RevisionKey} to {@code mvccpb.KeyValue}. */
    KEY("key"),
    /** What the database itself has to remember: applied index and term, compaction progress, membership state. */
    META("meta"),
    /** Big-endian lease id to {@code leasepb.Lease}. */
    LEASE("lease"),
    /** {@code AlarmMember} bytes to nothing. */
    ALARM("alarm"),
    /** Whether authentication is on, and its revision. */
    AUTH("auth"),
    /** User name to {@code authpb.User}. */
    AUTH_USERS("authUsers"),
    /** Role name to {@code authpb.Role}. */
    AUTH_ROLES("authRoles"),
    /** Hexadecimal member id to the member in JSON. */
    MEMBERS("members"),
    /** Hexadecimal id of every member that was ever removed. */
    MEMBERS_REMOVED("members_removed"),
    /** Cluster version and downgrade state. */
    CLUSTER("cluster");

    private static final List<Bucket> BY_NAME =
            Stream.of(values()).sorted(Comparator.comparing(Bucket::text)).toList();

    private final String name;

    Bucket(String name) {
        this.name = name;
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
