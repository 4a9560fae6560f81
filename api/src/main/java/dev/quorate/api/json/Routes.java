package dev.quorate.api.json;

import dev.quorate.server.service.Rpc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which path calls which method: the annotations of etcd's .proto files, as a table. Immutable. */
final class Routes {
    private static final Map<String, List<String>> PATHS =
            Map.ofEntries(
                    route("etcdserverpb.KV/Range", "kv/range"),
                    route("etcdserverpb.KV/Put", "kv/put"),
                    route("etcdserverpb.KV/DeleteRange", "kv/deleterange"),
                    route("etcdserverpb.KV/Txn", "kv/txn"),
                    route("etcdserverpb.KV/Compact", "kv/compaction"),
                    route("etcdserverpb.Watch/Watch", "watch"),
                    route("etcdserverpb.Lease/LeaseGrant", "lease/grant"),
                    route("etcdserverpb.Lease/LeaseRevoke", "lease/revoke", "kv/lease/revoke"),
                    route("etcdserverpb.Lease/LeaseKeepAlive", "lease/keepalive"),
                    route(
                            "etcdserverpb.Lease/LeaseTimeToLive",
                            "lease/timetolive",
                            "kv/lease/timetolive"),
                    route("etcdserverpb.Lease/LeaseLeases", "lease/leases", "kv/lease/leases"),
                    route("etcdserverpb.Cluster/MemberAdd", "cluster/member/add"),
                    route("etcdserverpb.Cluster/MemberRemove", "cluster/member/remove"),
                    route("etcdserverpb.Cluster/MemberUpdate", "cluster/member/update"),
                    route("etcdserverpb.Cluster/MemberList", "cluster/member/list"),
                    route("etcdserverpb.Cluster/MemberPromote", "cluster/member/promote"),
                    route("etcdserverpb.Maintenance/Alarm", "maintenance/alarm"),
                    route("etcdserverpb.Maintenance/Status", "maintenance/status"),
                    route("etcdserverpb.Maintenance/Defragment", "maintenance/defragment"),
                    route("etcdserverpb.Maintenance/Hash", "maintenance/hash"),
                    route("etcdserverpb.Maintenance/HashKV", "maintenance/hashkv"),
                    route("etcdserverpb.Maintenance/Snapshot", "maintenance/snapshot"),
                    route("etcdserverpb.Maintenance/MoveLeader", "maintenance/transfer-leadership"),
                    route("etcdserverpb.Maintenance/Downgrade", "maintenance/downgrade"),
                    route("etcdserverpb.Auth/AuthEnable", "auth/enable"),
                    route("etcdserverpb.Auth/AuthDisable", "auth/disable"),
                    route("etcdserverpb.Auth/AuthStatus", "auth/status"),
                    route("etcdserverpb.Auth/Authenticate", "auth/authenticate"),
                    route("etcdserverpb.Auth/UserAdd", "auth/user/add"),
                    route("etcdserverpb.Auth/UserGet", "auth/user/get"),
                    route("etcdserverpb.Auth/UserList", "auth/user/list"),
                    route("etcdserverpb.Auth/UserDelete", "auth/user/delete"),
                    route("etcdserverpb.Auth/UserChangePassword", "auth/user/changepw"),
                    route("etcdserverpb.Auth/UserGrantRole", "auth/user/grant"),
                    route("etcdserverpb.Auth/UserRevokeRole", "auth/user/revoke"),
                    route("etcdserverpb.Auth/RoleAdd", "auth/role/add"),
                    route("etcdserverpb.Auth/RoleGet", "auth/role/get"),
                    route("etcdserverpb.Auth/RoleList", "auth/role/list"),
                    route("etcdserverpb.Auth/RoleDelete", "auth/role/delete"),
                    route("etcdserverpb.Auth/RoleGrantPermission", "auth/role/grant"),
                    route("etcdserverpb.Auth/RoleRevokePermission", "auth/role/revoke"),
                    route("v3lockpb.Lock/Lock", "lock/lock"),
                    route("v3lockpb.Lock/Unlock", "lock/unlock"),
                    route("v3electionpb.Election/Campaign", "election/campaign"),
                    route("v3electionpb.Election/Proclaim", "election/proclaim"),
                    route("v3electionpb.Election/Leader", "election/leader"),
                    route("v3electionpb.Election/Observe", "election/observe"),
                    route("v3electionpb.Election/Resign", "election/resign"));

    private final Map<String, Rpc> byPath = new HashMap<>();

    Routes(List<Rpc> rpcs) {
        for (Rpc rpc : rpcs) {
            for (String path : PATHS.getOrDefault(rpc.service() + "/" + rpc.method(), List.of())) {
                byPath.put("/v3/" + path, rpc);
            }
        }
    }

    private static Map.Entry<String, List<String>> route(String method, String... paths) {
        return Map.entry(method, List.of(paths));
    }

    @Nullable Rpc find(String path) {
        return byPath.get(path);
    }
}
