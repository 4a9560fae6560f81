package dev.quorate.store;

import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.AuthDisableResponse;
import dev.quorate.proto.etcdserverpb.AuthEnableResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleAddResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleDeleteResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleGrantPermissionResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleRevokePermissionResponse;
import dev.quorate.proto.etcdserverpb.AuthUserAddResponse;
import dev.quorate.proto.etcdserverpb.AuthUserChangePasswordResponse;
import dev.quorate.proto.etcdserverpb.AuthUserDeleteResponse;
import dev.quorate.proto.etcdserverpb.AuthUserGrantRoleResponse;
import dev.quorate.proto.etcdserverpb.AuthUserRevokeRoleResponse;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.RequestHeader;
import dev.quorate.store.auth.Auth;
import dev.quorate.store.auth.AuthWriter;
import dev.quorate.store.auth.Identity;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Applies requests about users and roles, each behind the check that goes with it. */
final class AuthApplier {
    private final AuthWriter writer;
    private final Auth auth;
    private final LongSupplier nanoClock;

    AuthApplier(AuthWriter writer, LongSupplier nanoClock) {
        this.writer = writer;
        this.auth = writer.auth();
        this.nanoClock = nanoClock;
    }

    /** Who proposed a request. */
    static Identity identity(InternalRaftRequest request) {
        if (!request.hasHeader()) {
            return Identity.NONE;
        }
        RequestHeader header = request.getHeader();
        return header.getAuthRevision() == 0 && header.getUsername().isEmpty()
                ? Identity.NONE
                : new Identity(header.getUsername(), header.getAuthRevision());
    }

    /** Applies a request; null if it is not about users and roles. */
    @Nullable MessageLite apply(InternalRaftRequest r, long indexBefore) throws StatusException {
        if (r.hasAuthenticate()) {
            return writer.authenticate(r.getAuthenticate(), indexBefore, nanoClock.getAsLong());
        }
        if (r.hasAuthStatus()) {
            return writer.status();
        }
        Identity who = identity(r);
        if (r.hasAuthUserGet()) {
            auth.checkUserGet(who, r.getAuthUserGet().getName());
            return writer.getUser(r.getAuthUserGet().getName());
        }
        if (r.hasAuthRoleGet()) {
            auth.checkRoleGet(who, r.getAuthRoleGet().getRole());
            return writer.getRole(r.getAuthRoleGet().getRole());
        }
        if (r.hasAuthEnable()) {
            auth.checkAdmin(who);
            writer.enable();
            return AuthEnableResponse.getDefaultInstance();
        }
        if (r.hasAuthDisable()) {
            auth.checkAdmin(who);
            writer.disable();
            return AuthDisableResponse.getDefaultInstance();
        }
        MessageLite response = applyUser(r, who);
        return response == null ? applyRole(r, who) : response;
    }

    private @Nullable MessageLite applyUser(InternalRaftRequest r, Identity who)
            throws StatusException {
        if (r.hasAuthUserList()) {
            auth.checkAdmin(who);
            return writer.listUsers();
        }
        if (r.hasAuthUserAdd()) {
            auth.checkAdmin(who);
            writer.addUser(r.getAuthUserAdd());
            return AuthUserAddResponse.getDefaultInstance();
        }
        if (r.hasAuthUserDelete()) {
            auth.checkAdmin(who);
            writer.deleteUser(r.getAuthUserDelete().getName());
            return AuthUserDeleteResponse.getDefaultInstance();
        }
        if (r.hasAuthUserChangePassword()) {
            auth.checkAdmin(who);
            writer.changePassword(r.getAuthUserChangePassword());
            return AuthUserChangePasswordResponse.getDefaultInstance();
        }
        if (r.hasAuthUserGrantRole()) {
            auth.checkAdmin(who);
            writer.grantRole(
                    r.getAuthUserGrantRole().getUser(), r.getAuthUserGrantRole().getRole());
            return AuthUserGrantRoleResponse.getDefaultInstance();
        }
        if (r.hasAuthUserRevokeRole()) {
            auth.checkAdmin(who);
            writer.revokeRole(
                    r.getAuthUserRevokeRole().getName(), r.getAuthUserRevokeRole().getRole());
            return AuthUserRevokeRoleResponse.getDefaultInstance();
        }
        return null;
    }

    private @Nullable MessageLite applyRole(InternalRaftRequest r, Identity who)
            throws StatusException {
        if (r.hasAuthRoleList()) {
            auth.checkAdmin(who);
            return writer.listRoles();
        }
        if (r.hasAuthRoleAdd()) {
            auth.checkAdmin(who);
            writer.addRole(r.getAuthRoleAdd().getName());
            return AuthRoleAddResponse.getDefaultInstance();
        }
        if (r.hasAuthRoleDelete()) {
            auth.checkAdmin(who);
            writer.deleteRole(r.getAuthRoleDelete().getRole());
            return AuthRoleDeleteResponse.getDefaultInstance();
        }
        if (r.hasAuthRoleGrantPermission()) {
            auth.checkAdmin(who);
            writer.grantPermission(r.getAuthRoleGrantPermission());
            return AuthRoleGrantPermissionResponse.getDefaultInstance();
        }
        if (r.hasAuthRoleRevokePermission()) {
            auth.checkAdmin(who);
            writer.revokePermission(r.getAuthRoleRevokePermission());
            return AuthRoleRevokePermissionResponse.getDefaultInstance();
        }
        return null;
    }
}
