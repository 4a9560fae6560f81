package dev.quorate.store.auth;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import com.google.protobuf.ByteString;
import dev.quorate.proto.authpb.User;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.Compare;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.store.lease.Leases;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers whether someone may do something. Any thread; each check sees one state of users and roles. */
public final class Auth {
    private final Tokens tokens;
    private final Leases leases;
    private volatile AuthState state;

    Auth(Tokens tokens, Leases leases, AuthState initial) {
        this.tokens = tokens;
        this.leases = leases;
        this.state = initial;
    }

    /** Whether authentication is on. */
    public boolean isEnabled() {
        return state.enabled;
    }

    /** Rises with every change of users and roles. */
    public long revision() {
        return state.revision;
    }

    /** Whether there is such a user. */
    public boolean hasUser(String name) {
        return state.users.containsKey(name);
    }

    /** The token provider. */
    public Tokens tokens() {
        return tokens;
    }

    /**
     * Whose token this is.
     *
     * @throws StatusException if the token is not valid
     */
    public Identity identify(String token, long nowNanos) throws StatusException {
        Identity identity = tokens.identify(token, state.revision, nowNanos);
        if (identity == null) {
            throw EtcdError.INVALID_AUTH_TOKEN.exception();
        }
        return identity;
    }

    /** The identity of a user whom TLS has vouched for. */
    public Identity certified(String commonName) {
        return new Identity(commonName, state.revision);
    }

    /**
     * Checks a password, which takes tens of milliseconds; not for event loops.
     *
     * @return the auth revision under which it was right
     * @throws StatusException if authentication is off, or the user or password is wrong
     */
    public long checkPassword(String name, String password) throws StatusException {
        AuthState now = state;
        if (!now.enabled) {
            throw EtcdError.AUTH_NOT_ENABLED.exception();
        }
        User user = now.users.get(name);
        if (user == null) {
            throw EtcdError.AUTH_FAILED.exception();
        }
        if (user.getOptions().getNoPassword()) {
            throw EtcdError.NO_PASSWORD_USER.exception();
        }
        byte[] hash = user.getPassword().toByteArray();
        byte[] given = password.getBytes(StandardCharsets.UTF_8);
        boolean right =
                hash.length > 0
                        && BCrypt.verifyer(
                                        BCrypt.Version.VERSION_2A,
                                        LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2A))
                                .verify(given, hash)
                                .verified;
        if (!right) {
            throw EtcdError.AUTH_FAILED.exception();
        }
        return now.revision;
    }

    /** The bcrypt hash of a password in Base64, as {@code hashedPassword} fields carry it; slow on purpose. */
    public static String hashPassword(String password, int cost) {
        return Base64.getEncoder().encodeToString(bcrypt(password, cost));
    }

    static byte[] bcrypt(String password, int cost) {
        return BCrypt.with(LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2A))
                .hash(cost, password.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Requires a login, whoever it is.
     *
     * @throws StatusException if there is none although authentication is on
     */
    public void checkLogin(Identity who) throws StatusException {
        if (state.enabled && who.username().isEmpty()) {
            throw EtcdError.USER_EMPTY.exception();
        }
    }

    /**
     * Requires the root role.
     *
     * @throws StatusException if authentication is on and {@code who} does not have it
     */
    public void checkAdmin(Identity who) throws StatusException {
        AuthState now = state;
        if (!now.enabled) {
            return;
        }
        if (who.username().isEmpty()) {
            throw EtcdError.USER_EMPTY.exception();
        }
        User user = now.users.get(who.username());
        if (user == null) {
            throw EtcdError.USER_NOT_FOUND.exception();
        }
        if (!AuthState.isRoot(user)) {
            throw EtcdError.PERMISSION_DENIED.exception();
        }
    }

    /** Requires READ on a range; {@code rangeEnd} as in a range request. */
    public void checkRead(Identity who, ByteString key, ByteString rangeEnd)
            throws StatusException {
        check(who, key, rangeEnd, false);
    }

    /** Requires what a range request needs. */
    public void checkRange(Identity who, RangeRequest request) throws StatusException {
        check(who, request.getKey(), request.getRangeEnd(), false);
    }

    /** Requires what a put needs: WRITE on the key and on every key of its lease, READ for the previous value. */
    public void checkPut(Identity who, PutRequest request) throws StatusException {
        if (!state.enabled) {
            return;
        }
        check(who, request.getKey(), ByteString.EMPTY, true);
        checkLeaseWrite(who, request.getLease());
        if (request.getPrevKv()) {
            check(who, request.getKey(), ByteString.EMPTY, false);
        }
    }

    /** Requires what a delete needs: WRITE on the range, READ for the previous values. */
    public void checkDeleteRange(Identity who, DeleteRangeRequest request) throws StatusException {
        check(who, request.getKey(), request.getRangeEnd(), true);
        if (request.getPrevKv()) {
            check(who, request.getKey(), request.getRangeEnd(), false);
        }
    }

    /**
     * Requires what a transaction needs, in both branches and in nested ones. Puts inside are held to what a put alone is held to.
     *
     * @throws StatusException if anything in it is not permitted
     */
    public void checkTxn(Identity who, TxnRequest txn) throws StatusException {
        if (state.enabled) {
            checkTxn(who, txn, true);
        }
    }

    /** As {@link #checkTxn(Identity, TxnRequest)} in the words of the replicated rule, which asks of a put inside only WRITE on its key. */
    public void checkAppliedTxn(Identity who, TxnRequest txn) throws StatusException {
        if (state.enabled) {
            checkTxn(who, txn, false);
        }
    }

    /** Requires the root role, or WRITE on every key that a lease holds; an unknown lease passes. */
    public void checkLeaseWrite(Identity who, long lease) throws StatusException {
        checkLease(who, lease, true);
    }

    /** Requires the root role, or READ on every key that a lease holds; an unknown lease passes. */
    public void checkLeaseRead(Identity who, long lease) throws StatusException {
        checkLease(who, lease, false);
    }

    /** Requires the root role or to be that user. */
    public void checkUserGet(Identity who, String name) throws StatusException {
        if (!name.equals(who.username())) {
            checkAdmin(who);
        }
    }

    /** Requires the root role or to have that role. */
    public void checkRoleGet(Identity who, String role) throws StatusException {
        User user = state.users.get(who.username());
        if (user == null || !user.getRolesList().contains(role)) {
            checkAdmin(who);
        }
    }

    AuthState state() {
        return state;
    }

    void publish(AuthState next) {
        state = next;
    }

    private void checkTxn(Identity who, TxnRequest txn, boolean strict) throws StatusException {
        for (Compare c : txn.getCompareList()) {
            check(who, c.getKey(), c.getRangeEnd(), false);
        }
        checkOps(who, txn.getSuccessList(), strict);
        checkOps(who, txn.getFailureList(), strict);
    }

    private void checkOps(Identity who, List<RequestOp> ops, boolean strict)
            throws StatusException {
        for (RequestOp op : ops) {
            switch (op.getRequestCase()) {
                case REQUEST_RANGE -> checkRange(who, op.getRequestRange());
                case REQUEST_PUT -> {
                    if (strict) {
                        checkPut(who, op.getRequestPut());
                    } else {
                        check(who, op.getRequestPut().getKey(), ByteString.EMPTY, true);
                    }
                }
                case REQUEST_DELETE_RANGE -> checkDeleteRange(who, op.getRequestDeleteRange());
                case REQUEST_TXN -> checkTxn(who, op.getRequestTxn(), strict);
                case REQUEST_NOT_SET -> {}
            }
        }
    }

    private void checkLease(Identity who, long lease, boolean write) throws StatusException {
        if (!state.enabled || lease == 0 || isAdmin(who)) {
            return;
        }
        List<byte[]> keys = leases.keys(lease);
        if (keys == null) {
            return;
        }
        for (byte[] key : keys) {
            check(who, ByteString.copyFrom(key), ByteString.EMPTY, write);
        }
    }

    private boolean isAdmin(Identity who) {
        User user = state.users.get(who.username());
        return user != null && AuthState.isRoot(user);
    }

    private void check(Identity who, ByteString key, ByteString rangeEnd, boolean write)
            throws StatusException {
        AuthState now = state;
        if (!now.enabled) {
            return;
        }
        if (who.authRevision() == 0) {
            throw EtcdError.USER_EMPTY.exception();
        }
        if (who.authRevision() < now.revision) {
            throw EtcdError.AUTH_OLD_REVISION.exception();
        }
        @Nullable User user = now.users.get(who.username());
        if (user == null) {
            throw EtcdError.PERMISSION_DENIED.exception();
        }
        if (AuthState.isRoot(user)) {
            return;
        }
        Intervals.Interval wanted =
                Intervals.Interval.of(key.toByteArray(), rangeEnd.toByteArray());
        if (!now.permits(user, who.username(), wanted, write)) {
            throw EtcdError.PERMISSION_DENIED.exception();
        }
    }
}
