package dev.quorate.store.auth;

import dev.quorate.proto.authpb.Permission;
import dev.quorate.proto.authpb.Role;
import dev.quorate.proto.authpb.User;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Users, roles and what follows from them at one auth revision. Not changed once it is published. */
final class AuthState {
    static final String ROOT = "root";

    /** Names as their UTF-8 bytes are ordered, which Java's own order of strings is not beyond the basic plane. */
    static final Comparator<String> BY_NAME = AuthState::compareNames;

    private static final int FIRST_SURROGATE = 0xd800;
    private static final int AFTER_SURROGATES = 0xe000;
    private static final int ABOVE_ALL = 0x2000;
    private static final int SURROGATES = 0x800;

    final boolean enabled;
    final long revision;
    final NavigableMap<String, User> users;
    final NavigableMap<String, Role> roles;

    /** Filled as users come along; only looked up, never walked. */
    private final ConcurrentHashMap<String, Grants> grants = new ConcurrentHashMap<>();

    AuthState(
            boolean enabled,
            long revision,
            NavigableMap<String, User> users,
            NavigableMap<String, Role> roles) {
        this.enabled = enabled;
        this.revision = revision;
        this.users = users;
        this.roles = roles;
    }

    private record Grants(Intervals read, Intervals write) {}

    AuthState withEnabled(boolean on) {
        return new AuthState(on, revision, users, roles);
    }

    AuthState withRevision(long next) {
        return new AuthState(enabled, next, users, roles);
    }

    AuthState withUser(String name, @Nullable User user) {
        TreeMap<String, User> next = new TreeMap<>(users);
        if (user == null) {
            next.remove(name);
        } else {
            next.put(name, user);
        }
        return new AuthState(enabled, revision, next, roles);
    }

    AuthState withRole(String name, @Nullable Role role) {
        TreeMap<String, Role> next = new TreeMap<>(roles);
        if (role == null) {
            next.remove(name);
        } else {
            next.put(name, role);
        }
        return new AuthState(enabled, revision, users, next);
    }

    static boolean isRoot(User user) {
        return user.getRolesList().contains(ROOT);
    }

    /** Whether the roles of a user cover the interval. */
    boolean permits(User user, String name, Intervals.Interval wanted, boolean write) {
        Grants of = grants.computeIfAbsent(name, _ -> grantsOf(user));
        return (write ? of.write : of.read).cover(wanted);
    }

    private Grants grantsOf(User user) {
        List<Intervals.Interval> read = new ArrayList<>();
        List<Intervals.Interval> write = new ArrayList<>();
        for (String roleName : user.getRolesList()) {
            Role role = roles.get(roleName);
            if (role == null) {
                continue;
            }
            for (Permission p : role.getKeyPermissionList()) {
                Intervals.Interval interval =
                        Intervals.Interval.of(
                                p.getKey().toByteArray(), p.getRangeEnd().toByteArray());
                if (p.getPermType() != Permission.Type.WRITE) {
                    read.add(interval);
                }
                if (p.getPermType() != Permission.Type.READ) {
                    write.add(interval);
                }
            }
        }
        return new Grants(Intervals.union(read), Intervals.union(write));
    }

    private static int compareNames(String a, String b) {
        int common = Math.min(a.length(), b.length());
        for (int i = 0; i < common; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                return Integer.compare(weight(x), weight(y));
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    /** Moves surrogates above the rest of the basic plane, where the characters they stand for are. */
    private static int weight(char c) {
        if (c < FIRST_SURROGATE) {
            return c;
        }
        return c >= AFTER_SURROGATES ? c - SURROGATES : c + ABOVE_ALL;
    }
}
