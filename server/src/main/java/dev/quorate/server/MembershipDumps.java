package dev.quorate.server;

import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.server.member.MembershipDump;
import dev.quorate.store.StateMachine;
import java.util.ArrayList;
import java.util.List;

/** Makes the membership dump of a snapshot file from the state machine. */
final class MembershipDumps {
    private MembershipDumps() {}

    static byte[] of(StateMachine machine) {
        List<MembershipDump.Member> members = new ArrayList<>();
        for (Member member : machine.membership().members()) {
            members.add(
                    new MembershipDump.Member(
                            member.getID(),
                            member.getName(),
                            member.getPeerURLsList(),
                            member.getClientURLsList(),
                            member.getIsLearner()));
        }
        return MembershipDump.encode(
                members, machine.membership().removed(), machine.membership().clusterVersion());
    }
}
