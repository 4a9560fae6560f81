package dev.quorate.tools.ctl.print;

import com.google.protobuf.ByteString;
import dev.quorate.client.Prefix;
import dev.quorate.proto.authpb.Permission;
import dev.quorate.proto.etcdserverpb.AlarmMember;
import dev.quorate.proto.etcdserverpb.AlarmResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleAddResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleDeleteResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleGetResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleGrantPermissionResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleListResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleRevokePermissionResponse;
import dev.quorate.proto.etcdserverpb.AuthStatusResponse;
import dev.quorate.proto.etcdserverpb.AuthUserAddResponse;
import dev.quorate.proto.etcdserverpb.AuthUserChangePasswordResponse;
import dev.quorate.proto.etcdserverpb.AuthUserDeleteResponse;
import dev.quorate.proto.etcdserverpb.AuthUserGetResponse;
import dev.quorate.proto.etcdserverpb.AuthUserGrantRoleResponse;
import dev.quorate.proto.etcdserverpb.AuthUserListResponse;
import dev.quorate.proto.etcdserverpb.AuthUserRevokeRoleResponse;
import dev.quorate.proto.etcdserverpb.DeleteRangeResponse;
import dev.quorate.proto.etcdserverpb.DowngradeResponse;
import dev.quorate.proto.etcdserverpb.LeaseGrantResponse;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveResponse;
import dev.quorate.proto.etcdserverpb.LeaseLeasesResponse;
import dev.quorate.proto.etcdserverpb.LeaseRevokeResponse;
import dev.quorate.proto.etcdserverpb.LeaseStatus;
import dev.quorate.proto.etcdserverpb.LeaseTimeToLiveResponse;
import dev.quorate.proto.etcdserverpb.MemberAddResponse;
import dev.quorate.proto.etcdserverpb.MemberListResponse;
import dev.quorate.proto.etcdserverpb.MemberPromoteResponse;
import dev.quorate.proto.etcdserverpb.MemberRemoveResponse;
import dev.quorate.proto.etcdserverpb.MemberUpdateResponse;
import dev.quorate.proto.etcdserverpb.MoveLeaderResponse;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.ResponseHeader;
import dev.quorate.proto.etcdserverpb.ResponseOp;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.Event;
import dev.quorate.proto.mvccpb.KeyValue;
import java.util.List;

/** For people and for scripts that cut lines. */
final class SimplePrinter extends Printer {
    private final Sink notes;
    private final boolean hex;
    private final boolean valueOnly;

    SimplePrinter(Sink out, Sink notes, boolean hex, boolean valueOnly) {
        super(out, "simple");
        this.notes = notes;
        this.hex = hex;
        this.valueOnly = valueOnly;
    }

    private void pair(KeyValue kv, boolean alone) {
        if (!alone) {
            out.octets(Octets.shown(kv.getKey(), hex)).text("\n");
        }
        out.octets(Octets.shown(kv.getValue(), hex)).text("\n");
    }

    @Override
    public void put(PutResponse answer) {
        out.line("OK");
        if (answer.hasPrevKv()) {
            pair(answer.getPrevKv(), false);
        }
    }

    @Override
    public void get(RangeResponse answer) {
        for (KeyValue kv : answer.getKvsList()) {
            pair(kv, valueOnly);
        }
    }

    @Override
    public void del(DeleteRangeResponse answer) {
        out.line(Long.toString(answer.getDeleted()));
        for (KeyValue kv : answer.getPrevKvsList()) {
            pair(kv, false);
        }
    }

    @Override
    public void txn(TxnResponse answer) {
        out.line(answer.getSucceeded() ? "SUCCESS" : "FAILURE");
        for (ResponseOp op : answer.getResponsesList()) {
            out.line("");
            switch (op.getResponseCase()) {
                case RESPONSE_RANGE -> get(op.getResponseRange());
                case RESPONSE_PUT -> put(op.getResponsePut());
                case RESPONSE_DELETE_RANGE -> del(op.getResponseDeleteRange());
                case RESPONSE_TXN -> txn(op.getResponseTxn());
                case RESPONSE_NOT_SET -> out.line("unexpected response");
            }
        }
    }

    @Override
    public void watch(WatchResponse answer) {
        for (Event event : answer.getEventsList()) {
            out.line(event.getType().name());
            if (event.hasPrevKv()) {
                pair(event.getPrevKv(), false);
            }
            pair(event.getKv(), false);
        }
    }

    @Override
    public void leaseGrant(LeaseGrantResponse answer) {
        out.line(
                "lease "
                        + Ids.padded(answer.getID())
                        + " granted with TTL("
                        + answer.getTTL()
                        + "s)");
    }

    @Override
    public void leaseRevoke(long id, LeaseRevokeResponse answer) {
        out.line("lease " + Ids.padded(id) + " revoked");
    }

    @Override
    public void leaseKeepAlive(LeaseKeepAliveResponse answer) {
        String lease = "lease " + Ids.padded(answer.getID());
        out.line(
                answer.getTTL() == 0
                        ? lease + " expired or revoked."
                        : lease + " keepalived with TTL(" + answer.getTTL() + ")");
    }

    @Override
    public void leaseTimeToLive(LeaseTimeToLiveResponse answer, boolean keys) {
        String lease = "lease " + Ids.padded(answer.getID());
        if (answer.getGrantedTTL() == 0 && answer.getTTL() == -1) {
            out.line(lease + " already expired");
            return;
        }
        out.text(
                lease
                        + " granted with TTL("
                        + answer.getGrantedTTL()
                        + "s), remaining("
                        + answer.getTTL()
                        + "s)");
        if (keys) {
            out.text(", attached keys([");
            boolean first = true;
            for (ByteString key : answer.getKeysList()) {
                out.text(first ? "" : " ").octets(key.toByteArray());
                first = false;
            }
            out.text("])");
        }
        out.text("\n");
    }

    @Override
    public void leases(LeaseLeasesResponse answer) {
        out.line("found " + answer.getLeasesCount() + " leases");
        for (LeaseStatus lease : answer.getLeasesList()) {
            out.line(Ids.padded(lease.getID()));
        }
    }

    private void member(long id, String done, ResponseHeader header) {
        out.line("Member " + Ids.spaced(id) + done + Ids.spaced(header.getClusterId()));
    }

    @Override
    public void memberAdd(MemberAddResponse answer) {
        member(
                answer.getMember().getID(),
                answer.getMember().getIsLearner()
                        ? " added as learner to cluster "
                        : " added to cluster ",
                answer.getHeader());
    }

    @Override
    public void memberRemove(long id, MemberRemoveResponse answer) {
        member(id, " removed from cluster ", answer.getHeader());
    }

    @Override
    public void memberUpdate(long id, MemberUpdateResponse answer) {
        member(id, " updated in cluster ", answer.getHeader());
    }

    @Override
    public void memberPromote(long id, MemberPromoteResponse answer) {
        member(id, " promoted in cluster ", answer.getHeader());
    }

    private void rows(List<List<String>> rows) {
        for (List<String> row : rows) {
            out.line(String.join(", ", row));
        }
    }

    @Override
    public void memberList(MemberListResponse answer) {
        rows(Rows.members(answer));
    }

    @Override
    public void endpointHealth(List<EndpointHealth> list) {
        for (EndpointHealth health : list) {
            if (health.error().isEmpty()) {
                out.line(
                        health.endpoint()
                                + " is healthy: successfully committed proposal: took = "
                                + health.took());
            } else {
                out.flush();
                notes.line(
                        health.endpoint()
                                + " is unhealthy: failed to commit proposal: "
                                + health.error());
                notes.flush();
            }
        }
    }

    @Override
    public void endpointStatus(List<EndpointStatus> list) {
        rows(Rows.status(list));
    }

    @Override
    public void endpointHashKv(List<EndpointHashKv> list) {
        rows(Rows.hashes(list));
    }

    @Override
    public void moveLeader(long leader, long target, MoveLeaderResponse answer) {
        out.line("Leadership transferred from " + Ids.hex(leader) + " to " + Ids.hex(target));
    }

    @Override
    public void downgradeValidate(DowngradeResponse answer) {
        out.line("Downgrade validate success, cluster version " + answer.getVersion());
    }

    @Override
    public void downgradeEnable(DowngradeResponse answer) {
        out.line("Downgrade enable success, cluster version " + answer.getVersion());
    }

    @Override
    public void downgradeCancel(DowngradeResponse answer) {
        out.line("Downgrade cancel success, cluster version " + answer.getVersion());
    }

    @Override
    public void alarm(AlarmResponse answer) {
        for (AlarmMember alarm : answer.getAlarmsList()) {
            out.line(
                    "memberID:"
                            + Long.toUnsignedString(alarm.getMemberID())
                            + " alarm:"
                            + alarm.getAlarm()
                            + " ");
        }
    }

    @Override
    public void authStatus(AuthStatusResponse answer) {
        out.line("Authentication Status: " + answer.getEnabled());
        out.line("AuthRevision: " + Long.toUnsignedString(answer.getAuthRevision()));
    }

    @Override
    public void roleAdd(String role, AuthRoleAddResponse answer) {
        out.line("Role " + role + " created");
    }

    @Override
    public void roleGet(String role, AuthRoleGetResponse answer) {
        out.line("Role " + role);
        out.line("KV Read:");
        permissions(answer, Permission.Type.READ);
        out.line("KV Write:");
        permissions(answer, Permission.Type.WRITE);
    }

    private void permissions(AuthRoleGetResponse answer, Permission.Type wanted) {
        for (Permission permission : answer.getPermList()) {
            Permission.Type type = permission.getPermType();
            if (type == wanted || type == Permission.Type.READWRITE) {
                permission(permission.getKey(), permission.getRangeEnd());
            }
        }
    }

    private void permission(ByteString key, ByteString end) {
        out.text(end.isEmpty() ? "\t" : "\t[").octets(key.toByteArray());
        if (end.equals(Prefix.FROM_KEY)) {
            out.text(", <open ended>");
        } else if (!end.isEmpty()) {
            out.text(", ").octets(end.toByteArray()).text(")");
            if (!key.isEmpty() && Prefix.end(key).equals(end)) {
                out.text(" (prefix ").octets(key.toByteArray()).text(")");
            }
        }
        out.text("\n");
    }

    @Override
    public void roleDelete(String role, AuthRoleDeleteResponse answer) {
        out.line("Role " + role + " deleted");
    }

    @Override
    public void roleList(AuthRoleListResponse answer) {
        answer.getRolesList().forEach(out::line);
    }

    @Override
    public void roleGrant(String role, AuthRoleGrantPermissionResponse answer) {
        out.line("Role " + role + " updated");
    }

    @Override
    public void roleRevoke(
            String role, String key, String end, AuthRoleRevokePermissionResponse answer) {
        String what =
                end.isEmpty()
                        ? "key " + key
                        : "range [" + key + ", " + (end.equals("\0") ? "<open ended>" : end + ")");
        out.line("Permission of " + what + " is revoked from role " + role);
    }

    @Override
    public void userAdd(String user, AuthUserAddResponse answer) {
        out.line("User " + user + " created");
    }

    @Override
    public void userGet(String user, AuthUserGetResponse answer) {
        out.line("User: " + user);
        out.text("Roles:");
        answer.getRolesList().forEach(role -> out.text(" " + role));
        out.text("\n");
    }

    @Override
    public void userList(AuthUserListResponse answer) {
        answer.getUsersList().forEach(out::line);
    }

    @Override
    public void userPassword(AuthUserChangePasswordResponse answer) {
        out.line("Password updated");
    }

    @Override
    public void userGrant(String user, String role, AuthUserGrantRoleResponse answer) {
        out.line("Role " + role + " is granted to user " + user);
    }

    @Override
    public void userRevoke(String user, String role, AuthUserRevokeRoleResponse answer) {
        out.line("Role " + role + " is revoked from user " + user);
    }

    @Override
    public void userDelete(String user, AuthUserDeleteResponse answer) {
        out.line("User " + user + " deleted");
    }
}
