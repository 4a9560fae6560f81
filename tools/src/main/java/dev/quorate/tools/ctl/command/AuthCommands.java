package dev.quorate.tools.ctl.command;

import com.google.protobuf.ByteString;
import dev.quorate.client.Auth;
import dev.quorate.client.Prefix;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.proto.authpb.Permission;
import dev.quorate.proto.authpb.UserAddOptions;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.etcdserverpb.AuthDisableRequest;
import dev.quorate.proto.etcdserverpb.AuthEnableRequest;
import dev.quorate.proto.etcdserverpb.AuthRoleAddRequest;
import dev.quorate.proto.etcdserverpb.AuthRoleDeleteRequest;
import dev.quorate.proto.etcdserverpb.AuthRoleGetRequest;
import dev.quorate.proto.etcdserverpb.AuthRoleGrantPermissionRequest;
import dev.quorate.proto.etcdserverpb.AuthRoleListRequest;
import dev.quorate.proto.etcdserverpb.AuthRoleRevokePermissionRequest;
import dev.quorate.proto.etcdserverpb.AuthStatusRequest;
import dev.quorate.proto.etcdserverpb.AuthUserAddRequest;
import dev.quorate.proto.etcdserverpb.AuthUserChangePasswordRequest;
import dev.quorate.proto.etcdserverpb.AuthUserDeleteRequest;
import dev.quorate.proto.etcdserverpb.AuthUserGetRequest;
import dev.quorate.proto.etcdserverpb.AuthUserGetResponse;
import dev.quorate.proto.etcdserverpb.AuthUserGrantRoleRequest;
import dev.quorate.proto.etcdserverpb.AuthUserListRequest;
import dev.quorate.proto.etcdserverpb.AuthUserRevokeRoleRequest;
import dev.quorate.tools.command.ExitCode;
import java.util.List;
import java.util.Locale;

/** {@code auth}, {@code user} and {@code role}. */
final class AuthCommands {
    private static final String ROOT = "root";

    private AuthCommands() {}

    private static String only(Run run, String complaint) {
        return exactly(run, 1, complaint).getFirst();
    }

    private static List<String> exactly(Run run, int count, String complaint) {
        if (run.arguments().size() != count) {
            throw CtlException.badArguments(complaint);
        }
        return run.arguments();
    }

    /** Makes the role root and gives it to the user root where that is all that is missing. */
    static void enable(Run run) {
        exactly(run, 0, "auth enable command does not accept any arguments");
        Auth auth = run.client().auth();
        while (true) {
            try {
                auth.enable(AuthEnableRequest.getDefaultInstance());
                break;
            } catch (RpcException e) {
                if (!e.description().equals(EtcdError.ROOT_ROLE_NOT_EXIST.text())) {
                    throw e;
                }
                makeRoot(auth);
            }
        }
        run.out().line("Authentication Enabled");
    }

    private static void makeRoot(Auth auth) {
        auth.roleAdd(AuthRoleAddRequest.newBuilder().setName(ROOT).build());
        auth.userGrantRole(
                AuthUserGrantRoleRequest.newBuilder().setUser(ROOT).setRole(ROOT).build());
    }

    static void disable(Run run) {
        exactly(run, 0, "auth disable command does not accept any arguments");
        run.client().auth().disable(AuthDisableRequest.getDefaultInstance());
        run.out().line("Authentication Disabled");
    }

    static void status(Run run) {
        exactly(run, 0, "auth status command does not accept any arguments");
        run.printer()
                .authStatus(run.client().auth().status(AuthStatusRequest.getDefaultInstance()));
    }

    static void userAdd(Run run) {
        String name = only(run, "user add command requires user name as its argument");
        String flagged = run.values().text("new-user-password");
        boolean noPassword = run.values().bool("no-password");
        AuthUserAddRequest.Builder request =
                AuthUserAddRequest.newBuilder()
                        .setOptions(UserAddOptions.newBuilder().setNoPassword(noPassword));
        String user = name;
        if (noPassword) {
            request.setPassword("");
        } else if (!flagged.isEmpty()) {
            request.setPassword(flagged);
        } else {
            int colon = name.indexOf(':');
            user = colon < 0 ? name : name.substring(0, colon);
            if (user.isEmpty()) {
                throw CtlException.badArguments("empty user name is not allowed");
            }
            request.setPassword(colon < 0 ? newPassword(run, user) : name.substring(colon + 1));
        }
        run.printer().userAdd(user, run.client().auth().userAdd(request.setName(user).build()));
    }

    /** Asked for twice, or read from standard input with {@code --interactive=false}. */
    private static String newPassword(Run run, String user) {
        if (!run.values().bool("interactive")) {
            String line = Passwords.readLine(run.in());
            return line == null ? "" : line;
        }
        String first = Passwords.ask(run, "Password of " + user + ": ");
        if (first.isEmpty()) {
            throw new CtlException(ExitCode.BAD_ARGUMENTS, "empty password");
        }
        String second =
                Passwords.ask(run, "Type password of " + user + " again for confirmation: ");
        if (!first.equals(second)) {
            throw new CtlException(ExitCode.BAD_ARGUMENTS, "given passwords are different");
        }
        return first;
    }

    static void userDelete(Run run) {
        String user = only(run, "user delete command requires user name as its argument");
        run.printer()
                .userDelete(
                        user,
                        run.client()
                                .auth()
                                .userDelete(
                                        AuthUserDeleteRequest.newBuilder().setName(user).build()));
    }

    static void userGet(Run run) {
        String user = only(run, "user get command requires user name as its argument");
        Auth auth = run.client().auth();
        AuthUserGetResponse answer =
                auth.userGet(AuthUserGetRequest.newBuilder().setName(user).build());
        if (!run.values().bool("detail")) {
            run.printer().userGet(user, answer);
            return;
        }
        run.out().line("User: " + user);
        for (String role : answer.getRolesList()) {
            run.out().line("");
            run.printer()
                    .roleGet(
                            role,
                            auth.roleGet(AuthRoleGetRequest.newBuilder().setRole(role).build()));
        }
    }

    static void userList(Run run) {
        exactly(run, 0, "user list command requires no arguments");
        run.printer()
                .userList(run.client().auth().userList(AuthUserListRequest.getDefaultInstance()));
    }

    static void userPassword(Run run) {
        String user = only(run, "user passwd command requires user name as its argument");
        Auth auth = run.client().auth();
        AuthUserChangePasswordRequest request =
                AuthUserChangePasswordRequest.newBuilder()
                        .setName(user)
                        .setPassword(newPassword(run, user))
                        .build();
        run.printer().userPassword(auth.userChangePassword(request));
    }

    static void userGrant(Run run) {
        List<String> words =
                exactly(
                        run,
                        2,
                        "user grant command requires user name and role name as its argument");
        AuthUserGrantRoleRequest request =
                AuthUserGrantRoleRequest.newBuilder()
                        .setUser(words.get(0))
                        .setRole(words.get(1))
                        .build();
        run.printer()
                .userGrant(words.get(0), words.get(1), run.client().auth().userGrantRole(request));
    }

    static void userRevoke(Run run) {
        List<String> words =
                exactly(
                        run,
                        2,
                        "user revoke-role requires user name and role name as its argument");
        AuthUserRevokeRoleRequest request =
                AuthUserRevokeRoleRequest.newBuilder()
                        .setName(words.get(0))
                        .setRole(words.get(1))
                        .build();
        run.printer()
                .userRevoke(
                        words.get(0), words.get(1), run.client().auth().userRevokeRole(request));
    }

    static void roleAdd(Run run) {
        String role = only(run, "role add command requires role name as its argument");
        run.printer()
                .roleAdd(
                        role,
                        run.client()
                                .auth()
                                .roleAdd(AuthRoleAddRequest.newBuilder().setName(role).build()));
    }

    static void roleDelete(Run run) {
        String role = only(run, "role delete command requires role name as its argument");
        run.printer()
                .roleDelete(
                        role,
                        run.client()
                                .auth()
                                .roleDelete(
                                        AuthRoleDeleteRequest.newBuilder().setRole(role).build()));
    }

    static void roleGet(Run run) {
        String role = only(run, "role get command requires role name as its argument");
        run.printer()
                .roleGet(
                        role,
                        run.client()
                                .auth()
                                .roleGet(AuthRoleGetRequest.newBuilder().setRole(role).build()));
    }

    static void roleList(Run run) {
        exactly(run, 0, "role list command requires no arguments");
        run.printer()
                .roleList(run.client().auth().roleList(AuthRoleListRequest.getDefaultInstance()));
    }

    static void roleGrant(Run run) {
        List<String> words = run.arguments();
        if (words.size() < 3) {
            throw CtlException.badArguments(
                    "role grant command requires role name, permission type, and key [endkey] as"
                            + " its argument");
        }
        Permission.Type type =
                switch (words.get(1).toLowerCase(Locale.ROOT)) {
                    case "read" -> Permission.Type.READ;
                    case "write" -> Permission.Type.WRITE;
                    case "readwrite" -> Permission.Type.READWRITE;
                    default ->
                            throw CtlException.badArguments(
                                    "invalid permission type: " + words.get(1));
                };
        Keys keys = Keys.of(run, words.subList(2, words.size()));
        AuthRoleGrantPermissionRequest request =
                AuthRoleGrantPermissionRequest.newBuilder()
                        .setName(words.get(0))
                        .setPerm(
                                Permission.newBuilder()
                                        .setPermType(type)
                                        .setKey(keys.key())
                                        .setRangeEnd(keys.end()))
                        .build();
        run.printer().roleGrant(words.get(0), run.client().auth().roleGrantPermission(request));
    }

    static void roleRevoke(Run run) {
        List<String> words = run.arguments();
        if (words.size() < 2) {
            throw CtlException.badArguments(
                    "role revoke-permission command requires role name and key [endkey] as its"
                            + " argument");
        }
        Keys keys = Keys.of(run, words.subList(1, words.size()));
        AuthRoleRevokePermissionRequest request =
                AuthRoleRevokePermissionRequest.newBuilder()
                        .setRole(words.get(0))
                        .setKey(keys.key())
                        .setRangeEnd(keys.end())
                        .build();
        run.printer()
                .roleRevoke(
                        words.get(0),
                        keys.key().toStringUtf8(),
                        keys.end().toStringUtf8(),
                        run.client().auth().roleRevokePermission(request));
    }

    /** What a permission is about. */
    private record Keys(ByteString key, ByteString end) {
        static Keys of(Run run, List<String> words) {
            boolean prefix = run.values().bool("prefix");
            boolean fromKey = run.values().bool("from-key");
            if (prefix && fromKey) {
                throw CtlException.badArguments(
                        "--from-key and --prefix flags are mutually exclusive");
            }
            if (words.size() > 1 && (prefix || fromKey)) {
                throw CtlException.badArguments(
                        "unexpected endkey argument with "
                                + (prefix ? "--prefix" : "--from-key")
                                + " flag");
            }
            ByteString key = Run.octets(words.getFirst());
            if (words.size() > 1) {
                return new Keys(key, Run.octets(words.get(1)));
            }
            if (fromKey || (prefix && key.isEmpty())) {
                return new Keys(key.isEmpty() ? Prefix.FROM_KEY : key, Prefix.FROM_KEY);
            }
            return new Keys(key, prefix ? Prefix.end(key) : ByteString.EMPTY);
        }
    }
}
