package dev.quorate.client;

import dev.quorate.client.rpc.Method;
import dev.quorate.proto.etcdserverpb.AuthDisableRequest;
import dev.quorate.proto.etcdserverpb.AuthDisableResponse;
import dev.quorate.proto.etcdserverpb.AuthEnableRequest;
import dev.quorate.proto.etcdserverpb.AuthEnableResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleAddRequest;
import dev.quorate.proto.etcdserverpb.AuthRoleAddResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleDeleteRequest;
import dev.quorate.proto.etcdserverpb.AuthRoleDeleteResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleGetRequest;
import dev.quorate.proto.etcdserverpb.AuthRoleGetResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleGrantPermissionRequest;
import dev.quorate.proto.etcdserverpb.AuthRoleGrantPermissionResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleListRequest;
import dev.quorate.proto.etcdserverpb.AuthRoleListResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleRevokePermissionRequest;
import dev.quorate.proto.etcdserverpb.AuthRoleRevokePermissionResponse;
import dev.quorate.proto.etcdserverpb.AuthStatusRequest;
import dev.quorate.proto.etcdserverpb.AuthStatusResponse;
import dev.quorate.proto.etcdserverpb.AuthUserAddRequest;
import dev.quorate.proto.etcdserverpb.AuthUserAddResponse;
import dev.quorate.proto.etcdserverpb.AuthUserChangePasswordRequest;
import dev.quorate.proto.etcdserverpb.AuthUserChangePasswordResponse;
import dev.quorate.proto.etcdserverpb.AuthUserDeleteRequest;
import dev.quorate.proto.etcdserverpb.AuthUserDeleteResponse;
import dev.quorate.proto.etcdserverpb.AuthUserGetRequest;
import dev.quorate.proto.etcdserverpb.AuthUserGetResponse;
import dev.quorate.proto.etcdserverpb.AuthUserGrantRoleRequest;
import dev.quorate.proto.etcdserverpb.AuthUserGrantRoleResponse;
import dev.quorate.proto.etcdserverpb.AuthUserListRequest;
import dev.quorate.proto.etcdserverpb.AuthUserListResponse;
import dev.quorate.proto.etcdserverpb.AuthUserRevokeRoleRequest;
import dev.quorate.proto.etcdserverpb.AuthUserRevokeRoleResponse;
import java.time.Duration;

/** Users, roles and what they may do. Questions are repeated where a member could not answer; changes are not. */
public final class Auth {
    private static final String PATH = "/etcdserverpb.Auth/";
    private static final Method<AuthEnableRequest, AuthEnableResponse> ENABLE =
            new Method<>(PATH + "AuthEnable", AuthEnableResponse.parser(), false);
    private static final Method<AuthDisableRequest, AuthDisableResponse> DISABLE =
            new Method<>(PATH + "AuthDisable", AuthDisableResponse.parser(), false);
    private static final Method<AuthStatusRequest, AuthStatusResponse> STATUS =
            new Method<>(PATH + "AuthStatus", AuthStatusResponse.parser(), true);
    private static final Method<AuthUserAddRequest, AuthUserAddResponse> USER_ADD =
            new Method<>(PATH + "UserAdd", AuthUserAddResponse.parser(), false);
    private static final Method<AuthUserGetRequest, AuthUserGetResponse> USER_GET =
            new Method<>(PATH + "UserGet", AuthUserGetResponse.parser(), true);
    private static final Method<AuthUserListRequest, AuthUserListResponse> USER_LIST =
            new Method<>(PATH + "UserList", AuthUserListResponse.parser(), true);
    private static final Method<AuthUserDeleteRequest, AuthUserDeleteResponse> USER_DELETE =
            new Method<>(PATH + "UserDelete", AuthUserDeleteResponse.parser(), false);
    private static final Method<AuthUserChangePasswordRequest, AuthUserChangePasswordResponse>
            USER_CHANGE_PASSWORD =
                    new Method<>(
                            PATH + "UserChangePassword",
                            AuthUserChangePasswordResponse.parser(),
                            false);
    private static final Method<AuthUserGrantRoleRequest, AuthUserGrantRoleResponse>
            USER_GRANT_ROLE =
                    new Method<>(PATH + "UserGrantRole", AuthUserGrantRoleResponse.parser(), false);
    private static final Method<AuthUserRevokeRoleRequest, AuthUserRevokeRoleResponse>
            USER_REVOKE_ROLE =
                    new Method<>(
                            PATH + "UserRevokeRole", AuthUserRevokeRoleResponse.parser(), false);
    private static final Method<AuthRoleAddRequest, AuthRoleAddResponse> ROLE_ADD =
            new Method<>(PATH + "RoleAdd", AuthRoleAddResponse.parser(), false);
    private static final Method<AuthRoleGetRequest, AuthRoleGetResponse> ROLE_GET =
            new Method<>(PATH + "RoleGet", AuthRoleGetResponse.parser(), true);
    private static final Method<AuthRoleListRequest, AuthRoleListResponse> ROLE_LIST =
            new Method<>(PATH + "RoleList", AuthRoleListResponse.parser(), true);
    private static final Method<AuthRoleDeleteRequest, AuthRoleDeleteResponse> ROLE_DELETE =
            new Method<>(PATH + "RoleDelete", AuthRoleDeleteResponse.parser(), false);
    private static final Method<AuthRoleGrantPermissionRequest, AuthRoleGrantPermissionResponse>
            ROLE_GRANT_PERMISSION =
                    new Method<>(
                            PATH + "RoleGrantPermission",
                            AuthRoleGrantPermissionResponse.parser(),
                            false);
    private static final Method<AuthRoleRevokePermissionRequest, AuthRoleRevokePermissionResponse>
            ROLE_REVOKE_PERMISSION =
                    new Method<>(
                            PATH + "RoleRevokePermission",
                            AuthRoleRevokePermissionResponse.parser(),
                            false);

    private final Stub stub;

    Auth(Stub stub) {
        this.stub = stub;
    }

    /** The same, with another time limit for each request; zero for none. */
    public Auth within(Duration timeout) {
        return new Auth(stub.within(timeout));
    }

    /** Turns authentication on; there must be a user root with the role root. */
    public AuthEnableResponse enable(AuthEnableRequest request) {
        return stub.call(ENABLE, request);
    }

    /** Turns authentication off. */
    public AuthDisableResponse disable(AuthDisableRequest request) {
        return stub.call(DISABLE, request);
    }

    /** Whether it is on. */
    public AuthStatusResponse status(AuthStatusRequest request) {
        return stub.call(STATUS, request);
    }

    /** Adds a user, with a password or for certificates only. */
    public AuthUserAddResponse userAdd(AuthUserAddRequest request) {
        return stub.call(USER_ADD, request);
    }

    /** The roles of a user. */
    public AuthUserGetResponse userGet(AuthUserGetRequest request) {
        return stub.call(USER_GET, request);
    }

    /** Names all users. */
    public AuthUserListResponse userList(AuthUserListRequest request) {
        return stub.call(USER_LIST, request);
    }

    /** Removes a user. The one named root cannot be removed while users are checked. */
    public AuthUserDeleteResponse userDelete(AuthUserDeleteRequest request) {
        return stub.call(USER_DELETE, request);
    }

    /** Gives a user another password; tokens of before are refused from then on. */
    public AuthUserChangePasswordResponse userChangePassword(
            AuthUserChangePasswordRequest request) {
        return stub.call(USER_CHANGE_PASSWORD, request);
    }

    /** Gives a role to a user. */
    public AuthUserGrantRoleResponse userGrantRole(AuthUserGrantRoleRequest request) {
        return stub.call(USER_GRANT_ROLE, request);
    }

    /** Takes a role from a user. */
    public AuthUserRevokeRoleResponse userRevokeRole(AuthUserRevokeRoleRequest request) {
        return stub.call(USER_REVOKE_ROLE, request);
    }

    /** Adds a role, which may do nothing yet. */
    public AuthRoleAddResponse roleAdd(AuthRoleAddRequest request) {
        return stub.call(ROLE_ADD, request);
    }

    /** The permissions of a role. */
    public AuthRoleGetResponse roleGet(AuthRoleGetRequest request) {
        return stub.call(ROLE_GET, request);
    }

    /** Names all roles. */
    public AuthRoleListResponse roleList(AuthRoleListRequest request) {
        return stub.call(ROLE_LIST, request);
    }

    /** Removes a role, also from those who have it. */
    public AuthRoleDeleteResponse roleDelete(AuthRoleDeleteRequest request) {
        return stub.call(ROLE_DELETE, request);
    }

    /** Lets a role read or write a range of keys. */
    public AuthRoleGrantPermissionResponse roleGrantPermission(
            AuthRoleGrantPermissionRequest request) {
        return stub.call(ROLE_GRANT_PERMISSION, request);
    }

    /** Takes back exactly one range that was granted. */
    public AuthRoleRevokePermissionResponse roleRevokePermission(
            AuthRoleRevokePermissionRequest request) {
        return stub.call(ROLE_REVOKE_PERMISSION, request);
    }
}
