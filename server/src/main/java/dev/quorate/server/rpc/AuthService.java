package dev.quorate.server.rpc;

import com.google.protobuf.MessageLite;
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
import dev.quorate.proto.etcdserverpb.AuthenticateRequest;
import dev.quorate.proto.etcdserverpb.AuthenticateResponse;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.server.service.Rpc;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * {@code etcdserverpb.Auth}: users, roles and tokens. Everything goes through the log, reads too, which is how etcd makes them
 * linearizable; only passwords are hashed before.
 */
final class AuthService {
    private static final String NAME = "etcdserverpb.Auth";

    private final Door door;
    private final Passwords passwords;

    AuthService(Door door, Passwords passwords) {
        this.door = door;
        this.passwords = passwords;
    }

    List<Rpc> rpcs() {
        return List.of(
                proposed(
                        "AuthEnable",
                        AuthEnableRequest.getDefaultInstance(),
                        AuthEnableResponse.getDefaultInstance(),
                        InternalRaftRequest.Builder::setAuthEnable),
                proposed(
                        "AuthDisable",
                        AuthDisableRequest.getDefaultInstance(),
                        AuthDisableResponse.getDefaultInstance(),
                        InternalRaftRequest.Builder::setAuthDisable),
                proposed(
                        "AuthStatus",
                        AuthStatusRequest.getDefaultInstance(),
                        AuthStatusResponse.getDefaultInstance(),
                        InternalRaftRequest.Builder::setAuthStatus),
                new Rpc.Unary<>(
                        NAME,
                        "Authenticate",
                        AuthenticateRequest.getDefaultInstance(),
                        AuthenticateResponse.getDefaultInstance(),
                        passwords::authenticate),
                new Rpc.Unary<>(
                        NAME,
                        "UserAdd",
                        AuthUserAddRequest.getDefaultInstance(),
                        AuthUserAddResponse.getDefaultInstance(),
                        passwords::addUser),
                proposed(
                        "UserGet",
                        AuthUserGetRequest.getDefaultInstance(),
                        AuthUserGetResponse.getDefaultInstance(),
                        InternalRaftRequest.Builder::setAuthUserGet),
                proposed(
                        "UserList",
                        AuthUserListRequest.getDefaultInstance(),
                        AuthUserListResponse.getDefaultInstance(),
                        InternalRaftRequest.Builder::setAuthUserList),
                proposed(
                        "UserDelete",
                        AuthUserDeleteRequest.getDefaultInstance(),
                        AuthUserDeleteResponse.getDefaultInstance(),
                        InternalRaftRequest.Builder::setAuthUserDelete),
                new Rpc.Unary<>(
                        NAME,
                        "UserChangePassword",
                        AuthUserChangePasswordRequest.getDefaultInstance(),
                        AuthUserChangePasswordResponse.getDefaultInstance(),
                        passwords::changePassword),
                proposed(
                        "UserGrantRole",
                        AuthUserGrantRoleRequest.getDefaultInstance(),
                        AuthUserGrantRoleResponse.getDefaultInstance(),
                        InternalRaftRequest.Builder::setAuthUserGrantRole),
                proposed(
                        "UserRevokeRole",
                        AuthUserRevokeRoleRequest.getDefaultInstance(),
                        AuthUserRevokeRoleResponse.getDefaultInstance(),
                        InternalRaftRequest.Builder::setAuthUserRevokeRole),
                proposed(
                        "RoleAdd",
                        AuthRoleAddRequest.getDefaultInstance(),
                        AuthRoleAddResponse.getDefaultInstance(),
                        InternalRaftRequest.Builder::setAuthRoleAdd),
                proposed(
                        "RoleGet",
                        AuthRoleGetRequest.getDefaultInstance(),
                        AuthRoleGetResponse.getDefaultInstance(),
                        InternalRaftRequest.Builder::setAuthRoleGet),
                proposed(
                        "RoleList",
                        AuthRoleListRequest.getDefaultInstance(),
                        AuthRoleListResponse.getDefaultInstance(),
                        InternalRaftRequest.Builder::setAuthRoleList),
                proposed(
                        "RoleDelete",
                        AuthRoleDeleteRequest.getDefaultInstance(),
                        AuthRoleDeleteResponse.getDefaultInstance(),
                        InternalRaftRequest.Builder::setAuthRoleDelete),
                proposed(
                        "RoleGrantPermission",
                        AuthRoleGrantPermissionRequest.getDefaultInstance(),
                        AuthRoleGrantPermissionResponse.getDefaultInstance(),
                        InternalRaftRequest.Builder::setAuthRoleGrantPermission),
                proposed(
                        "RoleRevokePermission",
                        AuthRoleRevokePermissionRequest.getDefaultInstance(),
                        AuthRoleRevokePermissionResponse.getDefaultInstance(),
                        InternalRaftRequest.Builder::setAuthRoleRevokePermission));
    }

    private <Q extends MessageLite> Rpc proposed(
            String method,
            Q request,
            MessageLite response,
            BiConsumer<InternalRaftRequest.Builder, Q> body) {
        return new Rpc.Unary<>(
                NAME,
                method,
                request,
                response,
                (call, message, reply) -> {
                    var proposal = InternalRaftRequest.newBuilder();
                    body.accept(proposal, message);
                    door.propose(call, proposal, reply);
                });
    }
}
