package dev.quorate.tools.ctl.command;

import dev.quorate.client.rpc.ChannelConfig;
import dev.quorate.client.rpc.Endpoint;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.tools.print.NameServer;
import org.jspecify.annotations.Nullable;

/** Tells of attempts that failed, with the words and the fields of etcd's client. */
final class FailedAttempts implements ChannelConfig.Observer {
    private final Run run;

    FailedAttempts(Run run) {
        this.run = run;
    }

    @Override
    public void failed(
            Endpoint target,
            String method,
            int attempt,
            ChannelConfig.@Nullable Peer peer,
            RpcException failure) {
        CtlLog.of(run, run.logger())
                .warn(
                        "retrying of unary invoker failed",
                        "target",
                        "etcd-endpoints://0x"
                                + String.format(
                                        "%012x", 0xc000_0000L + System.identityHashCode(run))
                                + "/"
                                + target.address(),
                        "peer",
                        peer == null
                                ? "Peer{Addr: <nil>, LocalAddr: <nil>, AuthInfo: <nil>}"
                                : "Peer{Addr: '"
                                        + peer.remote()
                                        + "', LocalAddr: '"
                                        + peer.local()
                                        + "', AuthInfo: '"
                                        + (peer.secure() ? "tls" : "insecure")
                                        + "'}",
                        "method",
                        method,
                        "attempt",
                        attempt,
                        "error",
                        NameServer.named(failure.goText()));
    }
}
