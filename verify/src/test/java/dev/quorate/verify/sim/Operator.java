package dev.quorate.verify.sim;

import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.etcdserverpb.MemberAddRequest;
import dev.quorate.proto.etcdserverpb.MemberAddResponse;
import dev.quorate.proto.etcdserverpb.MemberListRequest;
import dev.quorate.proto.etcdserverpb.MemberListResponse;
import dev.quorate.proto.etcdserverpb.MemberPromoteRequest;
import dev.quorate.proto.etcdserverpb.MemberRemoveRequest;
import dev.quorate.proto.etcdserverpb.MemberUpdateRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Changes who the members are, as a person with etcdctl would: looks at the list, starts who was added, clears the disks of who is gone,
 * and then adds, promotes, moves or removes one. What it asks for may be refused, get lost, or take effect late.
 */
final class Operator {
    private static final long MILLI = 1_000_000;
    private static final long PATIENCE_NANOS = 4_000 * MILLI;

    /** With fewer voters there would be no messages to judge a commit by. */
    private static final int VOTERS_MIN = 2;

    private static final int MEMBERS_MAX = 5;

    private final World world;
    private final int number;
    private final Random random;
    private final TreeSet<Long> perhapsRemoved;
    private boolean stopped;
    private long answered;

    /**
     * @param number of this operator, from 0; each gives places to new members that are its own
     * @param perhapsRemoved members whose removal any operator has asked for
     */
    Operator(World world, int number, Random random, TreeSet<Long> perhapsRemoved) {
        this.perhapsRemoved = perhapsRemoved;
        this.world = world;
        this.number = number;
        this.random = random;
    }

    /** Changes that were acknowledged. */
    long answered() {
        return answered;
    }

    void start() {
        world.after(pause(), this::look);
    }

    /** Asks for nothing new. */
    void stop() {
        stopped = true;
    }

    private long pause() {
        return 5 * MILLI + random.nextLong(2 * world.plan.changePauseNanos());
    }

    private void again() {
        world.after(pause(), this::look);
    }

    private void look() {
        if (stopped) {
            return;
        }
        long from = world.oracle.index();
        ask(
                "MemberList",
                MemberListRequest.newBuilder().setLinearizable(true).build(),
                response -> {
                    var list = ((MemberListResponse) response).getMembersList();
                    Roster.Group seen = Roster.Group.of(list);
                    world.roster.expect(
                            "a list of members is not one of those after entry "
                                    + from
                                    + ": "
                                    + seen,
                            () -> world.roster.since(from).contains(seen));
                    if (!stopped) {
                        settle(list);
                        change(list);
                    }
                });
    }

    // What needs nobody's consent

    private void settle(List<Member> list) {
        Map<Integer, String> cluster = cluster(list);
        Map<Integer, Long> ids = new TreeMap<>();
        list.forEach(member -> ids.put(SimMember.slotOf(member.getPeerURLs(0)), member.getID()));
        for (SimMember place : world.members()) {
            settle(world, place, ids.getOrDefault(place.slot, 0L), cluster);
        }
    }

    static Map<Integer, String> cluster(List<Member> list) {
        Map<Integer, String> cluster = new TreeMap<>();
        list.forEach(member ->
                cluster.put(SimMember.slotOf(member.getPeerURLs(0)), member.getPeerURLs(0)));
        return cluster;
    }

    /** Lets the place be that of the member, or of nobody, as far as no process has to end by itself first. */
    static void settle(World world, SimMember place, long id, Map<Integer, String> cluster) {
        if (place.isUp() || (id != 0 && place.memberId() == id)) {
            return;
        }
        if (place.memberId() != 0) {
            if (!world.roster.isRemoved(place.memberId())) {
                return; // the list is older than this member
            }
            place.clear();
        }
        if (id != 0) {
            if (id != world.firstId(place.slot)) {
                // Also anew, for the list may have changed since.
                place.employ(cluster, true);
            }
            place.start();
        }
    }

    // What does

    private void change(List<Member> list) {
        List<Member> voters = list.stream().filter(one -> !one.getIsLearner()).toList();
        List<Member> learners = list.stream().filter(Member::getIsLearner).toList();
        int draw = random.nextInt(10);
        if (!learners.isEmpty() && draw < 6) {
            promote(learners.getFirst());
        } else if (draw == 9) {
            update(list.get(random.nextInt(list.size())));
        } else if (voters.size() <= VOTERS_MIN || (list.size() < MEMBERS_MAX && draw < 5)) {
            add(list);
        } else {
            remove(voters, list);
        }
    }

    private void add(List<Member> list) {
        Map<Integer, String> cluster = cluster(list);
        List<SimMember> free = new ArrayList<>(world.members());
        free.removeIf(place -> cluster.containsKey(place.slot) || place.isUp());
        free.removeIf(place -> place.slot % world.plan.operators() != number);
        if (free.isEmpty()) {
            again();
            return;
        }
        SimMember place = free.get(random.nextInt(free.size()));
        String url = random.nextInt(3) == 0 ? place.nextUrl() : SimMember.firstUrl(place.slot);
        ask(
                "MemberAdd",
                MemberAddRequest.newBuilder()
                        .addPeerURLs(url)
                        .setIsLearner(random.nextBoolean())
                        .build(),
                response -> {
                    var added = (MemberAddResponse) response;
                    long id = added.getMember().getID();
                    acknowledged(
                            "the addition of " + Long.toHexString(id),
                            () ->
                                    world.roster.isRemoved(id)
                                            || world.roster.now().seats().containsKey(id));
                    if (random.nextInt(4) > 0 && !stopped) {
                        settle(world, place, id, cluster(added.getMembersList()));
                    }
                    again();
                });
    }

    private void promote(Member learner) {
        long id = learner.getID();
        ask(
                "MemberPromote",
                MemberPromoteRequest.newBuilder().setID(id).build(),
                _ -> {
                    acknowledged(
                            "the promotion of " + Long.toHexString(id),
                            () ->
                                    world.roster.isRemoved(id)
                                            || world.roster.now().voters().contains(id));
                    again();
                });
    }

    private void update(Member member) {
        SimMember place = world.place(SimMember.slotOf(member.getPeerURLs(0)));
        ask(
                "MemberUpdate",
                MemberUpdateRequest.newBuilder()
                        .setID(member.getID())
                        .addPeerURLs(place.nextUrl())
                        .build(),
                _ -> {
                    answered++;
                    again();
                });
    }

    private void remove(List<Member> voters, List<Member> list) {
        Member leaving = list.get(random.nextInt(list.size()));
        boolean isNew = perhapsRemoved.add(leaving.getID());
        long left = voters.stream().filter(one -> !perhapsRemoved.contains(one.getID())).count();
        if (left < VOTERS_MIN) {
            // An earlier one may still take effect.
            if (isNew) {
                perhapsRemoved.remove(leaving.getID());
            }
            again();
            return;
        }
        long id = leaving.getID();
        ask(
                "MemberRemove",
                MemberRemoveRequest.newBuilder().setID(id).build(),
                _ -> {
                    acknowledged(
                            "the removal of " + Long.toHexString(id),
                            () -> world.roster.isRemoved(id));
                    again();
                });
    }

    private void acknowledged(String what, BooleanSupplier holds) {
        answered++;
        world.roster.expect(what + " was acknowledged", holds);
    }

    private void ask(String method, MessageLite request, Consumer<MessageLite> then) {
        boolean[] over = {false};
        Runnable giveUp =
                () -> {
                    if (!over[0]) {
                        over[0] = true;
                        again();
                    }
                };
        boolean sent =
                world.anyMember(random)
                        .call(
                                method,
                                request,
                                PATIENCE_NANOS,
                                new SimMember.Answer() {
                                    @Override
                                    public void answered(MessageLite response) {
                                        note("");
                                        if (!over[0]) {
                                            over[0] = true;
                                            then.accept(response);
                                        }
                                    }

                                    @Override
                                    public void refused(StatusException why) {
                                        note(String.valueOf(why.getMessage()));
                                        giveUp.run();
                                    }

                                    private void note(String why) {
                                        world.trace.note(
                                                world.now(), method, 0, why.length(), 0, why);
                                    }

                                    @Override
                                    public void lost() {
                                        giveUp.run();
                                    }
                                });
        world.after(sent ? PATIENCE_NANOS : MILLI, giveUp::run);
    }
}
