package dev.quorate.tools.ctl.command;

import dev.quorate.client.Cluster;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.etcdserverpb.MemberAddRequest;
import dev.quorate.proto.etcdserverpb.MemberAddResponse;
import dev.quorate.proto.etcdserverpb.MemberListRequest;
import dev.quorate.proto.etcdserverpb.MemberListResponse;
import dev.quorate.proto.etcdserverpb.MemberPromoteRequest;
import dev.quorate.proto.etcdserverpb.MemberRemoveRequest;
import dev.quorate.proto.etcdserverpb.MemberUpdateRequest;
import dev.quorate.server.config.Url;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.flag.Quote;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code member add|remove|update|list|promote}. */
final class MemberCommands {
    private MemberCommands() {}

    private static long id(Run run) {
        if (run.arguments().size() != 1) {
            throw CtlException.badArguments("member ID is not provided");
        }
        return HexIds.parseUnsigned(
                run.arguments().getFirst(), "bad member ID arg (", "), expecting ID in Hex");
    }

    private static List<String> peerUrls(Run run) {
        String urls = run.values().text("peer-urls");
        if (urls.isEmpty()) {
            throw CtlException.badArguments("member peer urls not provided");
        }
        List<String> list = List.of(urls.split(",", -1));
        try {
            Url.parseAll(list);
        } catch (IllegalArgumentException e) {
            throw new CtlException(ExitCode.ERROR, String.valueOf(e.getMessage()));
        }
        return list;
    }

    /** The refusal of etcdctl 3.7.1: it takes each argument that looks like an address, the name included, for a forgotten flag. */
    private static String tooMany(List<String> arguments) {
        StringBuilder text = new StringBuilder("too many arguments");
        for (String argument : arguments) {
            if (argument.toLowerCase(Locale.ROOT).startsWith("http")) {
                text.append(", did you mean --peer-urls=").append(argument);
            }
        }
        return text.toString();
    }

    static void add(Run run) {
        List<String> arguments = run.arguments();
        if (arguments.isEmpty()) {
            throw CtlException.badArguments("member name not provided");
        }
        if (arguments.size() > 1) {
            throw CtlException.badArguments(tooMany(arguments));
        }
        List<String> urls = peerUrls(run);
        Cluster cluster = run.client().cluster();
        MemberAddResponse answer =
                cluster.add(
                        MemberAddRequest.newBuilder()
                                .addAllPeerURLs(urls)
                                .setIsLearner(run.values().bool("learner"))
                                .build());
        run.printer().memberAdd(answer);
        if (run.values().text("write-out").equals("simple")) {
            startLines(run, arguments.getFirst(), answer, known(cluster, answer));
        }
    }

    /** The members with the new one: a member that has not caught up yet may answer with a list of before. */
    private static List<Member> known(Cluster cluster, MemberAddResponse answer) {
        long id = answer.getMember().getID();
        List<Member> members = answer.getMembersList();
        if (members.stream().anyMatch(member -> member.getID() == id)) {
            return members;
        }
        return cluster.list(MemberListRequest.newBuilder().setLinearizable(true).build())
                .getMembersList();
    }

    private static void startLines(
            Run run, String name, MemberAddResponse answer, List<Member> members) {
        List<String> cluster = new ArrayList<>();
        for (Member member : members) {
            boolean isNew = member.getID() == answer.getMember().getID();
            for (String url : member.getPeerURLsList()) {
                cluster.add((isNew ? name : member.getName()) + "=" + url);
            }
        }
        run.out()
                .line("")
                .line("ETCD_NAME=" + Quote.go(name))
                .line("ETCD_INITIAL_CLUSTER=" + Quote.go(String.join(",", cluster)))
                .line(
                        "ETCD_INITIAL_ADVERTISE_PEER_URLS="
                                + Quote.go(String.join(",", answer.getMember().getPeerURLsList())))
                .line("ETCD_INITIAL_CLUSTER_STATE=\"existing\"");
    }

    static void remove(Run run) {
        long id = id(run);
        run.printer()
                .memberRemove(
                        id,
                        run.client()
                                .cluster()
                                .remove(MemberRemoveRequest.newBuilder().setID(id).build()));
    }

    static void update(Run run) {
        long id = id(run);
        MemberUpdateRequest request =
                MemberUpdateRequest.newBuilder().setID(id).addAllPeerURLs(peerUrls(run)).build();
        run.printer().memberUpdate(id, run.client().cluster().update(request));
    }

    static void promote(Run run) {
        long id = id(run);
        run.printer()
                .memberPromote(
                        id,
                        run.client()
                                .cluster()
                                .promote(MemberPromoteRequest.newBuilder().setID(id).build()));
    }

    static void list(Run run) {
        boolean linearizable =
                switch (run.values().text("consistency")) {
                    case "l" -> true;
                    case "s" -> false;
                    case String other ->
                            throw new CtlException(
                                    ExitCode.BAD_FEATURE,
                                    "unknown consistency flag " + Quote.go(other));
                };
        MemberListRequest request =
                MemberListRequest.newBuilder().setLinearizable(linearizable).build();
        MemberListResponse answer = run.client().cluster().list(request);
        run.printer().memberList(answer);
    }
}
