package dev.quorate.server;

import dev.quorate.log.Log;
import dev.quorate.proto.authpb.Permission;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;

/** The lines about changes of users and roles. */
final class AuthLog {
    private static final Log LOG = Log.of(AuthLog.class);

    private AuthLog() {}

    /** A request took effect; says so if it changed who may do what. */
    static void applied(InternalRaftRequest r) {
        if (r.hasAuthEnable()) {
            LOG.info("enabled authentication");
        } else if (r.hasAuthDisable()) {
            LOG.info("disabled authentication");
        } else if (r.hasAuthUserAdd()) {
            LOG.info("added a user", "user-name", r.getAuthUserAdd().getName());
        } else if (r.hasAuthUserDelete()) {
            LOG.info("deleted a user", "user-name", r.getAuthUserDelete().getName());
        } else if (r.hasAuthUserChangePassword()) {
            LOG.info(
                    "changed a password of a user",
                    "user-name",
                    r.getAuthUserChangePassword().getName());
        } else if (r.hasAuthUserGrantRole()) {
            LOG.info(
                    "granted a role to a user",
                    "user-name",
                    r.getAuthUserGrantRole().getUser(),
                    "added-role-name",
                    r.getAuthUserGrantRole().getRole());
        } else if (r.hasAuthUserRevokeRole()) {
            LOG.info(
                    "revoked a role from a user",
                    "user-name",
                    r.getAuthUserRevokeRole().getName(),
                    "revoked-role-name",
                    r.getAuthUserRevokeRole().getRole());
        } else {
            role(r);
        }
    }

    private static void role(InternalRaftRequest r) {
        if (r.hasAuthRoleAdd()) {
            LOG.info("created a role", "role-name", r.getAuthRoleAdd().getName());
        } else if (r.hasAuthRoleDelete()) {
            LOG.info("deleted a role", "role-name", r.getAuthRoleDelete().getRole());
        } else if (r.hasAuthRoleGrantPermission()) {
            Permission permission = r.getAuthRoleGrantPermission().getPerm();
            LOG.info(
                    "granted/updated a permission to a user",
                    "user-name",
                    r.getAuthRoleGrantPermission().getName(),
                    "permission-name",
                    permission.getPermType().name(),
                    "key",
                    permission.getKey().toStringUtf8(),
                    "range-end",
                    permission.getRangeEnd().toStringUtf8());
        } else if (r.hasAuthRoleRevokePermission()) {
            LOG.info(
                    "revoked a permission on range",
                    "role-name",
                    r.getAuthRoleRevokePermission().getRole(),
                    "key",
                    r.getAuthRoleRevokePermission().getKey().toStringUtf8(),
                    "range-end",
                    r.getAuthRoleRevokePermission().getRangeEnd().toStringUtf8());
        }
    }
}
