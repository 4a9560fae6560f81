package dev.quorate.server.rpc;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.RequestHeader;
import dev.quorate.server.service.Call;
import dev.quorate.store.auth.Auth;
import dev.quorate.store.auth.Identity;
import dev.quorate.store.lease.Leases;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what. Every service asks it before it does anything; a caller without a permission gets nothing.
 *
 * <p>What is replicated is checked once more where it is applied, under the permissions of that moment; the name of the caller travels
 * with it.
 */
final class Gate {
    private final Auth auth;
    private final Leases leases;
    private final LongSupplier nanoClock;

    Gate(Auth auth, Leases leases, LongSupplier nanoClock) {
        this.auth = auth;
        this.leases = leases;
        this.nanoClock = nanoClock;
    }

    /** Who calls: by token, else by certificate, else nobody. */
    Identity identify(Call call) throws StatusException {
        if (!auth.isEnabled()) {
            return Identity.NONE;
        }
        String token = call.token();
        if (token != null) {
            return auth.identify(token, nanoClock.getAsLong());
        }
        String name = call.commonName();
        return name == null ? Identity.NONE : auth.certified(name);
    }

    /** In whose name a proposal travels; null while authentication is off. */
    @Nullable RequestHeader requestHeader(Call call) throws StatusException {
        if (!auth.isEnabled()) {
            return null;
        }
        Identity who = identify(call);
        return RequestHeader.newBuilder()
                .setUsername(who.username())
                .setAuthRevision(who.authRevision())
                .build();
    }

    /** Refuses everybody but administrators. */
    void requireAdmin(Call call) throws StatusException {
        auth.checkAdmin(identify(call));
    }

    /** Refuses whoever is not logged in. */
    void requireUser(Call call) throws StatusException {
        auth.checkLogin(identify(call));
    }

    /** Refuses to keep a lease alive for who may not write all of its keys. */
    void keepAlive(Call call, long lease) throws StatusException {
        if (auth.isEnabled()) {
            auth.checkLeaseWrite(identify(call), lease);
        }
    }

    /** Refuses to tell of a lease to strangers, and of its keys to who may not read them. */
    void timeToLive(Call call, long lease, boolean keys) throws StatusException {
        if (!auth.isEnabled()) {
            return;
        }
        Identity who = identify(call);
        auth.checkLogin(who);
        if (keys) {
            auth.checkLeaseRead(who, lease);
        }
    }

    /** Refuses to list leases to who may not read all of their keys. */
    void listLeases(Call call) throws StatusException {
        if (!auth.isEnabled()) {
            return;
        }
        Identity who = identify(call);
        auth.checkLogin(who);
        for (long lease : leases.list()) {
            auth.checkLeaseRead(who, lease);
        }
    }

    /** Why a range may not be watched, or null. */
    @Nullable StatusException watchRefusal(Call call, byte[] key, byte[] rangeEnd) {
        if (!auth.isEnabled()) {
            return null;
        }
        try {
            auth.checkRead(identify(call), ByteString.copyFrom(key), ByteString.copyFrom(rangeEnd));
            return null;
        } catch (StatusException refusal) {
            return refusal;
        }
    }

    /** The right that a read needs. */
    interface Check {
        void on(Auth auth, Identity who) throws StatusException;
    }

    /** A read that may be refused for other reasons. */
    interface Reading<T> {
        T get() throws StatusException;
    }

    /** Checks, reads, and refuses the answer if permissions changed meanwhile. */
    <T> T read(Call call, Check check, Reading<T> reading) throws StatusException {
        if (!auth.isEnabled()) {
            return reading.get();
        }
        Identity who = identify(call);
        check.on(auth, who);
        T answer = reading.get();
        if (who.authRevision() != 0 && who.authRevision() != auth.revision()) {
            throw EtcdError.AUTH_OLD_REVISION.exception();
        }
        return answer;
    }
}
