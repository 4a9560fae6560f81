package dev.quorate.tools.ctl.command;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.recipe.Election;
import dev.quorate.client.recipe.Session;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.tools.command.ExitCode;
import java.util.List;

/** {@code elect}: stands for election and leads until a signal comes, or looks on. */
final class ElectCommand {
    private static final long TTL_SECONDS = 60;

    private ElectCommand() {}

    static void run(Run run) {
        List<String> arguments = run.arguments();
        if (arguments.isEmpty() || arguments.size() > 2) {
            throw CtlException.badArguments(
                    "elect takes one election name argument and an optional proposal argument");
        }
        boolean listen = run.values().bool("listen");
        if (listen && arguments.size() == 2) {
            throw CtlException.badArguments("proposal given but -l is set");
        }
        if (!listen && arguments.size() == 1) {
            throw CtlException.badArguments("no proposal argument but -l not set");
        }
        Client client = run.unlimitedClient();
        Session session = Session.open(client, TTL_SECONDS);
        Release release = Release.onSignal(run, session);
        Election election = new Election(session, arguments.getFirst());
        if (listen) {
            election.observe(
                    answer -> {
                        run.printer().get(answer);
                        run.out().flush();
                    },
                    Deadline.never());
            return;
        }
        ByteString proposal = Run.octets(arguments.get(1));
        release.whileWaiting(() -> election.campaign(proposal, Deadline.never()));
        RangeResponse mine = client.kv().get(election.key());
        run.printer().get(mine);
        run.out().flush();
        Waiting.on(session.ended());
        throw new CtlException(ExitCode.ERROR, "elect: session expired");
    }
}
