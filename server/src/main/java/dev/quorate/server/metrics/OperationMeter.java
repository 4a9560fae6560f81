package dev.quorate.server.metrics;

import dev.quorate.metrics.Histogram;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import org.jspecify.annotations.Nullable;

/**
 * One histogram per kind of replicated request and result, made when first needed: a family's look-up by label is too slow for a path
 * that every write takes. One thread uses it.
 */
public final class OperationMeter {
    /** Finds a histogram the slow way. */
    @FunctionalInterface
    public interface Source {
        Histogram with(String operation, String success);
    }

    /** Kinds of requests, by the names that etcd's metrics give them. */
    private enum Operation {
        PUT("Put"),
        TXN("Txn"),
        DELETE_RANGE("DeleteRange"),
        RANGE("Range"),
        COMPACTION("Compaction"),
        LEASE_GRANT("LeaseGrant"),
        LEASE_REVOKE("LeaseRevoke"),
        LEASE_CHECKPOINT("LeaseCheckpoint"),
        ALARM("Alarm"),
        AUTHENTICATE("Authenticate"),
        AUTH_ENABLE("AuthEnable"),
        AUTH_DISABLE("AuthDisable"),
        AUTH_STATUS("AuthStatus"),
        AUTH_USER_ADD("AuthUserAdd"),
        AUTH_USER_DELETE("AuthUserDelete"),
        AUTH_USER_GET("AuthUserGet"),
        AUTH_USER_LIST("AuthUserList"),
        AUTH_USER_CHANGE_PASSWORD("AuthUserChangePassword"),
        AUTH_USER_GRANT_ROLE("AuthUserGrantRole"),
        AUTH_USER_REVOKE_ROLE("AuthUserRevokeRole"),
        AUTH_ROLE_ADD("AuthRoleAdd"),
        AUTH_ROLE_DELETE("AuthRoleDelete"),
        AUTH_ROLE_GET("AuthRoleGet"),
        AUTH_ROLE_LIST("AuthRoleList"),
        AUTH_ROLE_GRANT_PERMISSION("AuthRoleGrantPermission"),
        AUTH_ROLE_REVOKE_PERMISSION("AuthRoleRevokePermission"),
        CLUSTER_VERSION_SET("ClusterVersionSet"),
        CLUSTER_MEMBER_ATTR_SET("ClusterMemberAttrSet"),
        DOWNGRADE_INFO_SET("DowngradeInfoSet"),
        DOWNGRADE_VERSION_TEST("DowngradeVersionTest"),
        OTHER("V2");

        final String text;

        Operation(String text) {
            this.text = text;
        }
    }

    private final Source source;
    private final @Nullable Histogram[] succeeded = new Histogram[Operation.values().length];
    private final @Nullable Histogram[] failed = new Histogram[Operation.values().length];

    public OperationMeter(Source source) {
        this.source = source;
    }

    public void observe(InternalRaftRequest request, boolean success, long nanos) {
        Operation operation = operation(request);
        @Nullable Histogram[] known = success ? succeeded : failed;
        Histogram histogram = known[operation.ordinal()];
        if (histogram == null) {
            histogram = source.with(operation.text, String.valueOf(success));
            known[operation.ordinal()] = histogram;
        }
        histogram.observeNanos(nanos);
    }

    /** The name of a request's kind, as in etcd's metrics. */
    public static String name(InternalRaftRequest request) {
        return operation(request).text;
    }

    private static Operation operation(InternalRaftRequest r) {
        if (r.hasPut()) {
            return Operation.PUT;
        }
        if (r.hasTxn()) {
            return Operation.TXN;
        }
        if (r.hasDeleteRange()) {
            return Operation.DELETE_RANGE;
        }
        if (r.hasLeaseGrant()) {
            return Operation.LEASE_GRANT;
        }
        if (r.hasLeaseRevoke()) {
            return Operation.LEASE_REVOKE;
        }
        return rare(r);
    }

    private static Operation rare(InternalRaftRequest r) {
        if (r.hasRange()) {
            return Operation.RANGE;
        }
        if (r.hasCompaction()) {
            return Operation.COMPACTION;
        }
        if (r.hasLeaseCheckpoint()) {
            return Operation.LEASE_CHECKPOINT;
        }
        if (r.hasAlarm()) {
            return Operation.ALARM;
        }
        if (r.hasClusterVersionSet()) {
            return Operation.CLUSTER_VERSION_SET;
        }
        if (r.hasClusterMemberAttrSet()) {
            return Operation.CLUSTER_MEMBER_ATTR_SET;
        }
        if (r.hasDowngradeInfoSet()) {
            return Operation.DOWNGRADE_INFO_SET;
        }
        if (r.hasDowngradeVersionTest()) {
            return Operation.DOWNGRADE_VERSION_TEST;
        }
        return auth(r);
    }

    private static Operation auth(InternalRaftRequest r) {
        if (r.hasAuthenticate()) {
            return Operation.AUTHENTICATE;
        }
        if (r.hasAuthEnable()) {
            return Operation.AUTH_ENABLE;
        }
        if (r.hasAuthDisable()) {
            return Operation.AUTH_DISABLE;
        }
        if (r.hasAuthStatus()) {
            return Operation.AUTH_STATUS;
        }
        if (r.hasAuthUserAdd()) {
            return Operation.AUTH_USER_ADD;
        }
        if (r.hasAuthUserDelete()) {
            return Operation.AUTH_USER_DELETE;
        }
        if (r.hasAuthUserGet()) {
            return Operation.AUTH_USER_GET;
        }
        if (r.hasAuthUserList()) {
            return Operation.AUTH_USER_LIST;
        }
        if (r.hasAuthUserChangePassword()) {
            return Operation.AUTH_USER_CHANGE_PASSWORD;
        }
        if (r.hasAuthUserGrantRole()) {
            return Operation.AUTH_USER_GRANT_ROLE;
        }
        if (r.hasAuthUserRevokeRole()) {
            return Operation.AUTH_USER_REVOKE_ROLE;
        }
        return role(r);
    }

    private static Operation role(InternalRaftRequest r) {
        if (r.hasAuthRoleAdd()) {
            return Operation.AUTH_ROLE_ADD;
        }
        if (r.hasAuthRoleDelete()) {
            return Operation.AUTH_ROLE_DELETE;
        }
        if (r.hasAuthRoleGet()) {
            return Operation.AUTH_ROLE_GET;
        }
        if (r.hasAuthRoleList()) {
            return Operation.AUTH_ROLE_LIST;
        }
        if (r.hasAuthRoleGrantPermission()) {
            return Operation.AUTH_ROLE_GRANT_PERMISSION;
        }
        if (r.hasAuthRoleRevokePermission()) {
            return Operation.AUTH_ROLE_REVOKE_PERMISSION;
        }
        return Operation.OTHER;
    }
}
