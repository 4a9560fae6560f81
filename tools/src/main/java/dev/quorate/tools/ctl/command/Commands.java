package dev.quorate.tools.ctl.command;

import dev.quorate.client.rpc.RpcException;
import dev.quorate.tools.command.ExitCode;

/** Runs the command that a line names. */
public final class Commands {
    private Commands() {}

    /**
     * Runs it to its end.
     *
     * @throws CtlException if it fails
     */
    public static void run(Run run) {
        try {
            String command = run.line().command().pathInside();
            switch (command) {
                case "version", "options" -> {}
                default -> GlobalEnvironment.apply(run);
            }
            switch (command) {
                case "put" -> KeyCommands.put(run);
                case "get" -> KeyCommands.get(run);
                case "del" -> KeyCommands.del(run);
                case "txn" -> TxnCommand.run(run);
                case "compaction" -> ClusterCommands.compaction(run);
                case "alarm disarm" -> ClusterCommands.alarmDisarm(run);
                case "alarm list" -> ClusterCommands.alarmList(run);
                case "defrag" -> ClusterCommands.defrag(run);
                case "move-leader" -> ClusterCommands.moveLeader(run);
                case "downgrade validate" -> ClusterCommands.downgradeValidate(run);
                case "downgrade enable" -> ClusterCommands.downgradeEnable(run);
                case "downgrade cancel" -> ClusterCommands.downgradeCancel(run);
                case "endpoint health" -> EndpointCommands.health(run);
                case "endpoint status" -> EndpointCommands.status(run);
                case "endpoint hashkv" -> EndpointCommands.hashKv(run);
                case "watch" -> WatchCommand.run(run);
                case "lease grant" -> LeaseCommands.grant(run);
                case "lease revoke" -> LeaseCommands.revoke(run);
                case "lease timetolive" -> LeaseCommands.timeToLive(run);
                case "lease list" -> LeaseCommands.list(run);
                case "lease keep-alive" -> LeaseCommands.keepAlive(run);
                case "member add" -> MemberCommands.add(run);
                case "member remove" -> MemberCommands.remove(run);
                case "member update" -> MemberCommands.update(run);
                case "member list" -> MemberCommands.list(run);
                case "member promote" -> MemberCommands.promote(run);
                case "snapshot save" -> SnapshotCommand.save(run);
                case "make-mirror" -> MirrorCommand.run(run);
                case "lock" -> LockCommand.run(run);
                case "elect" -> ElectCommand.run(run);
                case "auth enable" -> AuthCommands.enable(run);
                case "auth disable" -> AuthCommands.disable(run);
                case "auth status" -> AuthCommands.status(run);
                case "user add" -> AuthCommands.userAdd(run);
                case "user delete" -> AuthCommands.userDelete(run);
                case "user get" -> AuthCommands.userGet(run);
                case "user list" -> AuthCommands.userList(run);
                case "user passwd" -> AuthCommands.userPassword(run);
                case "user grant-role" -> AuthCommands.userGrant(run);
                case "user revoke-role" -> AuthCommands.userRevoke(run);
                case "role add" -> AuthCommands.roleAdd(run);
                case "role delete" -> AuthCommands.roleDelete(run);
                case "role get" -> AuthCommands.roleGet(run);
                case "role list" -> AuthCommands.roleList(run);
                case "role grant-permission" -> AuthCommands.roleGrant(run);
                case "role revoke-permission" -> AuthCommands.roleRevoke(run);
                case "check perf" -> CheckCommands.perf(run);
                case "check datascale" -> CheckCommands.dataScale(run);
                case "version" -> TextCommands.version(run);
                case "options" -> TextCommands.options(run);
                default -> throw new IllegalStateException(run.line().command().path());
            }
        } catch (RpcException e) {
            throw new CtlException(ExitCode.ERROR, Failures.text(e));
        }
    }
}
