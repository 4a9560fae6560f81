package dev.quorate.tools.ctl.print;

import com.google.protobuf.ByteString;
import dev.quorate.proto.authpb.Permission;
import dev.quorate.proto.etcdserverpb.AlarmMember;
import dev.quorate.proto.etcdserverpb.AlarmResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleAddResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleDeleteResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleGetResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleGrantPermissionResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleListResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleRevokePermissionResponse;
import dev.quorate.proto.etcdserverpb.AuthUserAddResponse;
import dev.quorate.proto.etcdserverpb.AuthUserChangePasswordResponse;
import dev.quorate.proto.etcdserverpb.AuthUserDeleteResponse;
import dev.quorate.proto.etcdserverpb.AuthUserGrantRoleResponse;
import dev.quorate.proto.etcdserverpb.AuthUserRevokeRoleResponse;
import dev.quorate.proto.etcdserverpb.DeleteRangeResponse;
import dev.quorate.proto.etcdserverpb.HashKVResponse;
import dev.quorate.proto.etcdserverpb.LeaseGrantResponse;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveResponse;
import dev.quorate.proto.etcdserverpb.LeaseLeasesResponse;
import dev.quorate.proto.etcdserverpb.LeaseRevokeResponse;
import dev.quorate.proto.etcdserverpb.LeaseStatus;
import dev.quorate.proto.etcdserverpb.LeaseTimeToLiveResponse;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.etcdserverpb.MemberListResponse;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.ResponseHeader;
import dev.quorate.proto.etcdserverpb.ResponseOp;
import dev.quorate.proto.etcdserverpb.StatusResponse;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.Event;
import dev.quorate.proto.mvccpb.KeyValue;
import dev.quorate.tools.flag.Quote;
import java.util.List;

/** One field per line: {@code "Name" : value}. */
final class FieldsPrinter extends Printer {
    private final boolean hex;

    FieldsPrinter(Sink out, boolean hex) {
        super(out, "fields");
        this.hex = hex;
    }

    private void field(String name, Object value) {
        out.line("\"" + name + "\" : " + value);
    }

    private void text(String name, String value) {
        field(name, Quote.go(value));
    }

    private void octets(String name, ByteString value) {
        field(name, Quote.go(Octets.shown(value, false)));
    }

    private String id(long id) {
        return hex ? Ids.hex(id) : Long.toUnsignedString(id);
    }

    private void header(ResponseHeader header) {
        field("ClusterID", id(header.getClusterId()));
        field("MemberID", id(header.getMemberId()));
        // Answers about members carry no revision.
        if (header.getRevision() > 0) {
            field("Revision", header.getRevision());
        }
        field("RaftTerm", Long.toUnsignedString(header.getRaftTerm()));
    }

    private void pair(String prefix, KeyValue kv) {
        octets(prefix + "Key", kv.getKey());
        field(prefix + "CreateRevision", kv.getCreateRevision());
        field(prefix + "ModRevision", kv.getModRevision());
        field(prefix + "Version", kv.getVersion());
        octets(prefix + "Value", kv.getValue());
        field(
                prefix + "Lease",
                hex ? String.format("%016x", kv.getLease()) : Long.toString(kv.getLease()));
    }

    @Override
    public void put(PutResponse answer) {
        header(answer.getHeader());
        if (answer.hasPrevKv()) {
            pair("Prev", answer.getPrevKv());
        }
    }

    @Override
    public void get(RangeResponse answer) {
        header(answer.getHeader());
        for (KeyValue kv : answer.getKvsList()) {
            pair("", kv);
        }
        field("More", answer.getMore());
        field("Count", answer.getCount());
    }

    @Override
    public void del(DeleteRangeResponse answer) {
        header(answer.getHeader());
        field("Deleted", answer.getDeleted());
        for (KeyValue kv : answer.getPrevKvsList()) {
            pair("Prev", kv);
        }
    }

    @Override
    public void txn(TxnResponse answer) {
        header(answer.getHeader());
        field("Succeeded", answer.getSucceeded());
        for (ResponseOp op : answer.getResponsesList()) {
            switch (op.getResponseCase()) {
                case RESPONSE_RANGE -> get(op.getResponseRange());
                case RESPONSE_PUT -> put(op.getResponsePut());
                case RESPONSE_DELETE_RANGE -> del(op.getResponseDeleteRange());
                case RESPONSE_TXN -> txn(op.getResponseTxn());
                case RESPONSE_NOT_SET -> field("Unknown", Quote.go(op.toString()));
            }
        }
    }

    @Override
    public void watch(WatchResponse answer) {
        header(answer.getHeader());
        for (Event event : answer.getEventsList()) {
            field("Type", event.getType().name());
            if (event.hasPrevKv()) {
                pair("Prev", event.getPrevKv());
            }
            pair("", event.getKv());
        }
    }

    @Override
    public void leaseGrant(LeaseGrantResponse answer) {
        header(answer.getHeader());
        field("ID", hex ? Ids.hex(answer.getID()) : Long.toString(answer.getID()));
        field("TTL", answer.getTTL());
    }

    @Override
    public void leaseRevoke(long id, LeaseRevokeResponse answer) {
        header(answer.getHeader());
    }

    @Override
    public void leaseKeepAlive(LeaseKeepAliveResponse answer) {
        header(answer.getHeader());
        field("ID", hex ? Ids.hex(answer.getID()) : Long.toString(answer.getID()));
        field("TTL", answer.getTTL());
    }

    @Override
    public void leaseTimeToLive(LeaseTimeToLiveResponse answer, boolean keys) {
        header(answer.getHeader());
        field("ID", hex ? Ids.hex(answer.getID()) : Long.toString(answer.getID()));
        field("TTL", answer.getTTL());
        field("GrantedTTL", answer.getGrantedTTL());
        for (ByteString key : answer.getKeysList()) {
            octets("Key", key);
        }
    }

    @Override
    public void leases(LeaseLeasesResponse answer) {
        header(answer.getHeader());
        for (LeaseStatus lease : answer.getLeasesList()) {
            field("ID", hex ? Ids.hex(lease.getID()) : Long.toString(lease.getID()));
        }
    }

    @Override
    public void memberList(MemberListResponse answer) {
        header(answer.getHeader());
        for (Member member : answer.getMembersList()) {
            field("ID", id(member.getID()));
            text("Name", member.getName());
            member.getPeerURLsList().forEach(url -> text("PeerURL", url));
            member.getClientURLsList().forEach(url -> text("ClientURL", url));
            field("IsLearner", member.getIsLearner());
            out.line("");
        }
    }

    @Override
    public void endpointHealth(List<EndpointHealth> list) {
        for (EndpointHealth health : list) {
            text("Endpoint", health.endpoint());
            field("Health", health.healthy());
            field("Took", health.took());
            field("Error", health.error());
            out.line("");
        }
    }

    @Override
    public void endpointStatus(List<EndpointStatus> list) {
        for (EndpointStatus one : list) {
            StatusResponse status = one.status();
            header(status.getHeader());
            text("Version", status.getVersion());
            text("StorageVersion", status.getStorageVersion());
            field("DBSize", status.getDbSize());
            field("DBSizeInUse", status.getDbSizeInUse());
            field("DBSizeQuota", status.getDbSizeQuota());
            field("Leader", Long.toUnsignedString(status.getLeader()));
            field("IsLearner", status.getIsLearner());
            field("RaftIndex", Long.toUnsignedString(status.getRaftIndex()));
            field("RaftTerm", Long.toUnsignedString(status.getRaftTerm()));
            field("RaftAppliedIndex", Long.toUnsignedString(status.getRaftAppliedIndex()));
            field("Errors", "[" + String.join(" ", status.getErrorsList()) + "]");
            text("Endpoint", one.endpoint());
            text("DowngradeTargetVersion", status.getDowngradeInfo().getTargetVersion());
            field("DowngradeEnabled", status.getDowngradeInfo().getEnabled());
            out.line("");
        }
    }

    @Override
    public void endpointHashKv(List<EndpointHashKv> list) {
        for (EndpointHashKv one : list) {
            HashKVResponse hash = one.hash();
            header(hash.getHeader());
            text("Endpoint", one.endpoint());
            field("Hash", Integer.toUnsignedString(hash.getHash()));
            field("HashRevision", hash.getHashRevision());
            out.line("");
        }
    }

    @Override
    public void alarm(AlarmResponse answer) {
        header(answer.getHeader());
        for (AlarmMember alarm : answer.getAlarmsList()) {
            field("MemberID", id(alarm.getMemberID()));
            field("AlarmType", alarm.getAlarm());
            out.line("");
        }
    }

    @Override
    public void roleAdd(String role, AuthRoleAddResponse answer) {
        header(answer.getHeader());
    }

    @Override
    public void roleGet(String role, AuthRoleGetResponse answer) {
        header(answer.getHeader());
        for (Permission permission : answer.getPermList()) {
            field("PermType", " " + permission.getPermType());
            octets("Key", permission.getKey());
            octets("RangeEnd", permission.getRangeEnd());
        }
    }

    @Override
    public void roleDelete(String role, AuthRoleDeleteResponse answer) {
        header(answer.getHeader());
    }

    @Override
    public void roleList(AuthRoleListResponse answer) {
        header(answer.getHeader());
        out.text("\"Roles\" :");
        answer.getRolesList().forEach(role -> out.text(" " + Quote.go(role)));
        out.line("");
    }

    @Override
    public void roleGrant(String role, AuthRoleGrantPermissionResponse answer) {
        header(answer.getHeader());
    }

    @Override
    public void roleRevoke(
            String role, String key, String end, AuthRoleRevokePermissionResponse answer) {
        header(answer.getHeader());
    }

    @Override
    public void userAdd(String user, AuthUserAddResponse answer) {
        header(answer.getHeader());
    }

    @Override
    public void userPassword(AuthUserChangePasswordResponse answer) {
        header(answer.getHeader());
    }

    @Override
    public void userGrant(String user, String role, AuthUserGrantRoleResponse answer) {
        header(answer.getHeader());
    }

    @Override
    public void userRevoke(String user, String role, AuthUserRevokeRoleResponse answer) {
        header(answer.getHeader());
    }

    @Override
    public void userDelete(String user, AuthUserDeleteResponse answer) {
        header(answer.getHeader());
    }
}
