package dev.quorate.tools.ctl.command;

import dev.quorate.client.Client;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.log.GoDuration;
import dev.quorate.proto.etcdserverpb.AlarmRequest;
import dev.quorate.proto.etcdserverpb.CompactionRequest;
import dev.quorate.proto.etcdserverpb.DefragmentRequest;
import dev.quorate.proto.etcdserverpb.DowngradeRequest;
import dev.quorate.proto.etcdserverpb.DowngradeResponse;
import dev.quorate.proto.etcdserverpb.MoveLeaderRequest;
import dev.quorate.proto.etcdserverpb.MoveLeaderResponse;
import dev.quorate.proto.etcdserverpb.StatusRequest;
import dev.quorate.proto.etcdserverpb.StatusResponse;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.flag.Quote;
import java.time.Duration;
import java.util.List;

/** {@code compaction}, {@code alarm}, {@code defrag}, {@code move-leader} and {@code downgrade}. */
final class ClusterCommands {
    private ClusterCommands() {}

    static void compaction(Run run) {
        if (run.arguments().size() != 1) {
            throw CtlException.badArguments("compaction command needs 1 argument");
        }
        String text = run.arguments().getFirst();
        long revision;
        try {
            revision = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new CtlException(
                    ExitCode.ERROR,
                    "strconv.ParseInt: parsing " + Quote.go(text) + ": invalid syntax");
        }
        boolean physical = run.values().bool("physical");
        run.client()
                .kv()
                .compact(
                        CompactionRequest.newBuilder()
                                .setRevision(revision)
                                .setPhysical(physical)
                                .build());
        run.out().line("compacted revision " + revision);
    }

    static void alarmList(Run run) {
        if (!run.arguments().isEmpty()) {
            throw CtlException.badArguments("alarm list command accepts no arguments");
        }
        run.printer().alarm(run.client().maintenance().alarm(AlarmRequest.getDefaultInstance()));
    }

    static void alarmDisarm(Run run) {
        if (!run.arguments().isEmpty()) {
            throw CtlException.badArguments("alarm disarm command accepts no arguments");
        }
        run.printer().alarm(run.client().maintenance().disarmAll());
    }

    static void defrag(Run run) {
        boolean failed = false;
        for (String endpoint : EndpointCommands.endpoints(run)) {
            long start = System.nanoTime();
            try (Client one = run.client().at(List.of(endpoint))) {
                one.maintenance().defragment(DefragmentRequest.getDefaultInstance());
                run.out()
                        .line(
                                "Finished defragmenting etcd member["
                                        + endpoint
                                        + "]. took "
                                        + took(start));
            } catch (RpcException e) {
                failed = true;
                run.out().flush();
                run.err()
                        .line(
                                "Failed to defragment etcd member["
                                        + endpoint
                                        + "]. took "
                                        + took(start)
                                        + ". ("
                                        + Failures.text(e)
                                        + ")")
                        .flush();
            }
        }
        if (failed) {
            throw CtlException.quiet(ExitCode.ERROR);
        }
    }

    static String took(long startNanos) {
        return GoDuration.format(Duration.ofNanos(System.nanoTime() - startNanos));
    }

    static void moveLeader(Run run) {
        if (run.arguments().size() != 1) {
            throw CtlException.badArguments("move-leader command needs 1 argument");
        }
        long target = HexIds.parseUnsigned(run.arguments().getFirst(), "", "");
        List<String> endpoints = run.client().endpoints();
        for (String endpoint : endpoints) {
            try (Client one = run.client().at(List.of(endpoint))) {
                StatusResponse status =
                        one.maintenance().status(StatusRequest.getDefaultInstance());
                if (status.getHeader().getMemberId() == status.getLeader()) {
                    MoveLeaderRequest request =
                            MoveLeaderRequest.newBuilder().setTargetID(target).build();
                    MoveLeaderResponse answer = one.maintenance().moveLeader(request);
                    run.printer().moveLeader(status.getLeader(), target, answer);
                    return;
                }
            }
        }
        throw CtlException.badArguments(
                "no leader endpoint given at [" + String.join(" ", endpoints) + "]");
    }

    private static DowngradeResponse downgrade(
            Run run, DowngradeRequest.DowngradeAction action, String version) {
        return run.client()
                .maintenance()
                .downgrade(
                        DowngradeRequest.newBuilder()
                                .setAction(action)
                                .setVersion(version)
                                .build());
    }

    private static String target(Run run) {
        if (run.arguments().isEmpty()) {
            throw CtlException.badArguments("TARGET_VERSION not provided");
        }
        if (run.arguments().size() > 1) {
            throw CtlException.badArguments("too many arguments");
        }
        return run.arguments().getFirst();
    }

    static void downgradeValidate(Run run) {
        run.printer()
                .downgradeValidate(
                        downgrade(run, DowngradeRequest.DowngradeAction.VALIDATE, target(run)));
    }

    static void downgradeEnable(Run run) {
        run.printer()
                .downgradeEnable(
                        downgrade(run, DowngradeRequest.DowngradeAction.ENABLE, target(run)));
    }

    static void downgradeCancel(Run run) {
        run.printer().downgradeCancel(downgrade(run, DowngradeRequest.DowngradeAction.CANCEL, ""));
    }
}
