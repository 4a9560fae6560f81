package dev.quorate.store.auth;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.proto.authpb.Permission;
import dev.quorate.proto.authpb.Role;
import dev.quorate.proto.authpb.User;
import dev.quorate.proto.authpb.UserAddOptions;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.AuthRoleGetResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleGrantPermissionRequest;
import dev.quorate.proto.etcdserverpb.AuthRoleListResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleRevokePermissionRequest;
import dev.quorate.proto.etcdserverpb.AuthStatusResponse;
import dev.quorate.proto.etcdserverpb.AuthUserAddRequest;
import dev.quorate.proto.etcdserverpb.AuthUserChangePasswordRequest;
import dev.quorate.proto.etcdserverpb.AuthUserGetResponse;
import dev.quorate.proto.etcdserverpb.AuthUserListResponse;
import dev.quorate.proto.etcdserverpb.AuthenticateResponse;
import dev.quorate.proto.etcdserverpb.InternalAuthenticateRequest;
import dev.quorate.storage.CorruptionException;
import dev.quorate.storage.engine.Backend;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.store.lease.Leases;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Applies changes of users and roles. The apply thread's own. */
public final class AuthWriter {
    private static final byte[] ENABLED = "authEnabled".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] REVISION = "authRevision".getBytes(StandardCharsets.US_ASCII);
    private static final long FIRST_REVISION = 1;
    private static final ByteString OPEN_END = ByteString.copyFrom(new byte[1]);
    private static final Permission EVERYTHING =
            Permission.newBuilder()
                    .setPermType(Permission.Type.READWRITE)
                    .setRangeEnd(OPEN_END)
                    .build();

    private final Backend backend;
    private final Auth auth;
    private final Tokens tokens;
    private final int bcryptCost;

    private AuthWriter(Backend backend, Auth auth, int bcryptCost) {
        this.backend = backend;
        this.auth = auth;
        this.tokens = auth.tokens();
        this.bcryptCost = bcryptCost;
    }

    /** Reads users and roles back; a new database gets the first auth revision. */
    public static AuthWriter open(Backend backend, Leases leases, Tokens tokens, int bcryptCost) {
        AuthState stored = restore(backend);
        Auth auth = new Auth(tokens, leases, stored);
        AuthWriter writer = new AuthWriter(backend, auth, bcryptCost);
        if (stored.revision == FIRST_REVISION) {
            writer.putRevision(FIRST_REVISION);
        }
        return writer;
    }

    /** Starts over from a database whose content was replaced. */
    public void reload() {
        auth.publish(restore(backend));
    }

    private static AuthState restore(Backend backend) {
        TreeMap<String, User> users = new TreeMap<>(AuthState.BY_NAME);
        TreeMap<String, Role> roles = new TreeMap<>(AuthState.BY_NAME);
        try (ReadView view = backend.snapshotView()) {
            byte[] on = view.get(Bucket.AUTH, ENABLED);
            boolean enabled = on != null && on.length == 1 && on[0] == 1;
            byte[] revision = view.get(Bucket.AUTH, REVISION);
            view.scanAll(Bucket.AUTH_USERS, (_, value) -> restoreUser(users, value));
            view.scanAll(Bucket.AUTH_ROLES, (_, value) -> restoreRole(roles, value));
            long at = revision == null ? FIRST_REVISION : ByteBuffer.wrap(revision).getLong();
            return new AuthState(enabled, at, users, roles);
        }
    }

    /** What any thread may ask. */
    public Auth auth() {
        return auth;
    }

    /** Switches authentication on, which needs a user root with the role root. */
    public void enable() throws StatusException {
        AuthState now = auth.state();
        if (now.enabled) {
            return;
        }
        User root = now.users.get(AuthState.ROOT);
        if (root == null) {
            throw EtcdError.ROOT_USER_NOT_EXIST.exception();
        }
        if (!AuthState.isRoot(root)) {
            throw EtcdError.ROOT_ROLE_NOT_EXIST.exception();
        }
        backend.put(Bucket.AUTH, ENABLED, new byte[] {1});
        auth.publish(now.withEnabled(true));
    }

    /** Switches authentication off. */
    public void disable() {
        AuthState now = auth.state();
        if (!now.enabled) {
            return;
        }
        backend.put(Bucket.AUTH, ENABLED, new byte[] {0});
        commit(now.withEnabled(false));
        tokens.forgetAll();
    }

    /** Whether authentication is on, and the auth revision. */
    public AuthStatusResponse status() {
        AuthState now = auth.state();
        return AuthStatusResponse.newBuilder()
                .setEnabled(now.enabled)
                .setAuthRevision(now.revision)
                .build();
    }

    /**
     * Hands out a token to a user whose password the proposer has checked.
     *
     * @param index raft index of the entry before this one
     */
    public AuthenticateResponse authenticate(
            InternalAuthenticateRequest request, long index, long nowNanos) throws StatusException {
        AuthState now = auth.state();
        if (!now.enabled) {
            throw EtcdError.AUTH_NOT_ENABLED.exception();
        }
        User user = now.users.get(request.getName());
        if (user == null || user.getOptions().getNoPassword()) {
            throw EtcdError.AUTH_FAILED.exception();
        }
        String token =
                tokens.assign(
                        request.getName(), now.revision, request.getSimpleToken(), index, nowNanos);
        return AuthenticateResponse.newBuilder().setToken(token).build();
    }

    /** Adds a user. */
    public void addUser(AuthUserAddRequest request) throws StatusException {
        String name = request.getName();
        if (name.isEmpty()) {
            throw EtcdError.USER_EMPTY.exception();
        }
        AuthState now = auth.state();
        if (now.users.containsKey(name)) {
            throw EtcdError.USER_ALREADY_EXIST.exception();
        }
        UserAddOptions options = request.getOptions();
        User.Builder user =
                User.newBuilder().setName(ByteString.copyFromUtf8(name)).setOptions(options);
        if (!options.getNoPassword()) {
            user.setPassword(password(request.getPassword(), request.getHashedPassword()));
        }
        commit(put(now, name, user.build()));
    }

    /** Removes a user; root stays while authentication is on. */
    public void deleteUser(String name) throws StatusException {
        AuthState now = auth.state();
        if (now.enabled && name.equals(AuthState.ROOT)) {
            throw EtcdError.INVALID_AUTH_MGMT.exception();
        }
        user(now, name);
        backend.delete(Bucket.AUTH_USERS, utf8(name));
        commit(now.withUser(name, null));
        tokens.forgetUser(name);
    }

    /** Sets a user's password. */
    public void changePassword(AuthUserChangePasswordRequest request) throws StatusException {
        AuthState now = auth.state();
        User user = user(now, request.getName());
        User.Builder changed = user.toBuilder().clearPassword();
        if (!user.getOptions().getNoPassword()) {
            changed.setPassword(password(request.getPassword(), request.getHashedPassword()));
        }
        commit(put(now, request.getName(), changed.build()));
        tokens.forgetUser(request.getName());
    }

    /** Gives a user a role; one that they have already changes nothing. */
    public void grantRole(String name, String role) throws StatusException {
        AuthState now = auth.state();
        User user = user(now, name);
        if (!role.equals(AuthState.ROOT) && !now.roles.containsKey(role)) {
            throw EtcdError.ROLE_NOT_FOUND.exception();
        }
        if (user.getRolesList().contains(role)) {
            return;
        }
        List<String> roles = new ArrayList<>(user.getRolesList());
        roles.add(role);
        roles.sort(AuthState.BY_NAME);
        commit(put(now, name, withRoles(user, roles)));
    }

    /** Takes a role from a user; root keeps root while authentication is on. */
    public void revokeRole(String name, String role) throws StatusException {
        AuthState now = auth.state();
        if (now.enabled && name.equals(AuthState.ROOT) && role.equals(AuthState.ROOT)) {
            throw EtcdError.INVALID_AUTH_MGMT.exception();
        }
        User user = user(now, name);
        List<String> roles = new ArrayList<>(user.getRolesList());
        if (!roles.removeAll(List.of(role))) {
            throw EtcdError.ROLE_NOT_GRANTED.exception();
        }
        commit(put(now, name, withRoles(user, roles)));
    }

    /** The roles of a user. */
    public AuthUserGetResponse getUser(String name) throws StatusException {
        return AuthUserGetResponse.newBuilder()
                .addAllRoles(user(auth.state(), name).getRolesList())
                .build();
    }

    /** All users. */
    public AuthUserListResponse listUsers() {
        return AuthUserListResponse.newBuilder()
                .addAllUsers(auth.state().users.navigableKeySet())
                .build();
    }

    /** Adds a role without permissions. */
    public void addRole(String name) throws StatusException {
        if (name.isEmpty()) {
            throw EtcdError.ROLE_EMPTY.exception();
        }
        AuthState now = auth.state();
        if (now.roles.containsKey(name)) {
            throw EtcdError.ROLE_ALREADY_EXIST.exception();
        }
        commit(put(now, name, Role.newBuilder().setName(ByteString.copyFromUtf8(name)).build()));
    }

    /** Removes a role, from its users too; root stays while authentication is on. */
    public void deleteRole(String name) throws StatusException {
        AuthState now = auth.state();
        if (now.enabled && name.equals(AuthState.ROOT)) {
            throw EtcdError.INVALID_AUTH_MGMT.exception();
        }
        role(now, name);
        backend.delete(Bucket.AUTH_ROLES, utf8(name));
        AuthState next = now.withRole(name, null);
        for (User user : now.users.values()) {
            if (user.getRolesList().contains(name)) {
                List<String> roles = new ArrayList<>(user.getRolesList());
                roles.removeAll(List.of(name));
                next = put(next, user.getName().toStringUtf8(), withRoles(user, roles));
            }
        }
        commit(next);
    }

    /** The permissions of a role; root's are not stored. */
    public AuthRoleGetResponse getRole(String name) throws StatusException {
        Role role = role(auth.state(), name);
        AuthRoleGetResponse.Builder response = AuthRoleGetResponse.newBuilder();
        if (name.equals(AuthState.ROOT)) {
            return response.addPerm(EVERYTHING).build();
        }
        return response.addAllPerm(role.getKeyPermissionList()).build();
    }

    /** All roles. */
    public AuthRoleListResponse listRoles() {
        return AuthRoleListResponse.newBuilder()
                .addAllRoles(auth.state().roles.navigableKeySet())
                .build();
    }

    /** Gives a role a permission, replacing the type of one for exactly the same range. */
    public void grantPermission(AuthRoleGrantPermissionRequest request) throws StatusException {
        if (!request.hasPerm()) {
            throw EtcdError.PERMISSION_NOT_GIVEN.exception();
        }
        Permission granted = request.getPerm();
        if (!isValid(granted)) {
            throw EtcdError.INVALID_AUTH_MGMT.exception();
        }
        AuthState now = auth.state();
        Role role = role(now, request.getName());
        List<Permission> permissions = new ArrayList<>(role.getKeyPermissionList());
        int at = firstFrom(permissions, granted.getKey());
        if (at < permissions.size() && sameRange(permissions.get(at), granted)) {
            permissions.set(at, granted);
        } else {
            permissions.add(granted);
            permissions.sort((a, b) -> compare(a.getKey(), b.getKey()));
        }
        commit(put(now, request.getName(), withPermissions(role, permissions)));
    }

    /** Takes the permission for exactly this range from a role. */
    public void revokePermission(AuthRoleRevokePermissionRequest request) throws StatusException {
        AuthState now = auth.state();
        Role role = role(now, request.getRole());
        List<Permission> permissions = new ArrayList<>(role.getKeyPermissionList());
        boolean removed =
                permissions.removeIf(p ->
                        p.getKey().equals(request.getKey())
                                && p.getRangeEnd().equals(request.getRangeEnd()));
        if (!removed) {
            throw EtcdError.PERMISSION_NOT_GRANTED.exception();
        }
        commit(put(now, request.getRole(), withPermissions(role, permissions)));
    }

    private static User user(AuthState state, String name) throws StatusException {
        User user = state.users.get(name);
        if (user == null) {
            throw EtcdError.USER_NOT_FOUND.exception();
        }
        return user;
    }

    private static Role role(AuthState state, String name) throws StatusException {
        Role role = state.roles.get(name);
        if (role == null) {
            throw EtcdError.ROLE_NOT_FOUND.exception();
        }
        return role;
    }

    private static User withRoles(User user, List<String> roles) {
        return user.toBuilder().clearRoles().addAllRoles(roles).build();
    }

    private static Role withPermissions(Role role, List<Permission> permissions) {
        return role.toBuilder().clearKeyPermission().addAllKeyPermission(permissions).build();
    }

    /** The range must not be empty. */
    private static boolean isValid(Permission p) {
        if (p.getKey().isEmpty()) {
            return false;
        }
        return p.getRangeEnd().isEmpty()
                || p.getRangeEnd().equals(OPEN_END)
                || compare(p.getKey(), p.getRangeEnd()) < 0;
    }

    private static int firstFrom(List<Permission> permissions, ByteString key) {
        int at = 0;
        while (at < permissions.size() && compare(permissions.get(at).getKey(), key) < 0) {
            at++;
        }
        return at;
    }

    private static boolean sameRange(Permission a, Permission b) {
        return a.getKey().equals(b.getKey()) && a.getRangeEnd().equals(b.getRangeEnd());
    }

    private static int compare(ByteString a, ByteString b) {
        return ByteString.unsignedLexicographicalComparator().compare(a, b);
    }

    /** The stored form of a password: as hashed by the proposer, or hashed here if it comes from before proposers did that. */
    private ByteString password(String plain, String hashed) throws StatusException {
        if (!plain.isEmpty() && hashed.isEmpty()) {
            return ByteString.copyFrom(Auth.bcrypt(plain, bcryptCost));
        }
        try {
            return ByteString.copyFrom(Base64.getDecoder().decode(hashed));
        } catch (IllegalArgumentException e) {
            throw EtcdError.AUTH_FAILED.exception();
        }
    }

    private AuthState put(AuthState state, String name, User user) {
        backend.put(Bucket.AUTH_USERS, utf8(name), user.toByteArray());
        return state.withUser(name, user);
    }

    private AuthState put(AuthState state, String name, Role role) {
        backend.put(Bucket.AUTH_ROLES, utf8(name), role.toByteArray());
        return state.withRole(name, role);
    }

    private void commit(AuthState next) {
        long revision = next.revision + 1;
        putRevision(revision);
        auth.publish(next.withRevision(revision));
    }

    private void putRevision(long revision) {
        backend.put(
                Bucket.AUTH, REVISION, ByteBuffer.allocate(Long.BYTES).putLong(revision).array());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean restoreUser(Map<String, User> users, byte[] value) {
        try {
            User user = User.parseFrom(value);
            users.put(user.getName().toStringUtf8(), user);
            return true;
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptionException("bucket authUsers: a record does not parse", e);
        }
    }

    private static boolean restoreRole(Map<String, Role> roles, byte[] value) {
        try {
            Role role = Role.parseFrom(value);
            roles.put(role.getName().toStringUtf8(), role);
            return true;
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptionException("bucket authRoles: a record does not parse", e);
        }
    }
}
