package dev.quorate.tools.ctl.command;

import dev.quorate.client.LeaseKeeper;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveResponse;
import dev.quorate.proto.etcdserverpb.LeaseLeasesRequest;
import dev.quorate.proto.etcdserverpb.LeaseTimeToLiveRequest;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.ctl.print.Ids;
import dev.quorate.tools.flag.Quote;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code lease grant|revoke|timetolive|list|keep-alive}. */
final class LeaseCommands {
    private LeaseCommands() {}

    static void grant(Run run) {
        if (run.arguments().size() != 1) {
            throw CtlException.badArguments("lease grant command needs TTL argument");
        }
        String text = run.arguments().getFirst();
        long seconds;
        try {
            seconds = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw CtlException.badArguments(
                    "bad TTL (strconv.ParseInt: parsing " + Quote.go(text) + ": invalid syntax)");
        }
        var leases = run.client().leases();
        try {
            run.printer().leaseGrant(leases.grant(seconds));
        } catch (RpcException e) {
            throw new CtlException(
                    ExitCode.ERROR, "failed to grant lease (" + Failures.text(e) + ")");
        }
    }

    private static long id(Run run) {
        return HexIds.parse(
                run.arguments().getFirst(), "bad lease ID arg (", "), expecting ID in Hex");
    }

    static void revoke(Run run) {
        if (run.arguments().size() != 1) {
            throw CtlException.badArguments("lease revoke command needs 1 argument");
        }
        long id = id(run);
        var leases = run.client().leases();
        try {
            run.printer().leaseRevoke(id, leases.revoke(id));
        } catch (RpcException e) {
            throw new CtlException(
                    ExitCode.ERROR, "failed to revoke lease (" + Failures.text(e) + ")");
        }
    }

    static void timeToLive(Run run) {
        if (run.arguments().size() != 1) {
            throw CtlException.badArguments("lease timetolive command needs lease ID as argument");
        }
        boolean keys = run.values().bool("keys");
        LeaseTimeToLiveRequest request =
                LeaseTimeToLiveRequest.newBuilder().setID(id(run)).setKeys(keys).build();
        try {
            run.printer().leaseTimeToLive(run.client().leases().timeToLive(request), keys);
        } catch (RpcException e) {
            throw new CtlException(ExitCode.BAD_CONNECTION, Failures.text(e));
        }
    }

    static void list(Run run) {
        try {
            run.printer()
                    .leases(run.client().leases().list(LeaseLeasesRequest.getDefaultInstance()));
        } catch (RpcException e) {
            throw new CtlException(ExitCode.BAD_CONNECTION, Failures.text(e));
        }
    }

    static void keepAlive(Run run) {
        if (run.arguments().size() != 1) {
            throw CtlException.badArguments("lease keep-alive command needs lease ID as argument");
        }
        long id = id(run);
        var leases = run.client().leases();
        if (run.values().bool("once")) {
            try {
                run.printer().leaseKeepAlive(leases.keepAliveOnce(id));
            } catch (RpcException e) {
                throw new CtlException(ExitCode.BAD_CONNECTION, Failures.text(e));
            }
            return;
        }
        CompletableFuture<@Nullable RpcException> end = new CompletableFuture<>();
        run.printer();
        leases.keepAlive(
                id,
                new LeaseKeeper.Listener() {
                    @Override
                    public void renewed(LeaseKeepAliveResponse answer) {
                        try {
                            run.printer().leaseKeepAlive(answer);
                            run.out().flush();
                        } catch (RuntimeException e) {
                            end.completeExceptionally(e);
                        }
                    }

                    @Override
                    public void ended(
                            @Nullable LeaseKeepAliveResponse last, @Nullable RpcException failure) {
                        end.complete(failure);
                    }
                });
        RpcException failure = Waiting.on(end);
        if (failure != null) {
            throw new CtlException(ExitCode.BAD_CONNECTION, Failures.text(failure));
        }
        run.out().line("lease " + Ids.padded(id) + " expired or revoked.");
    }
}
