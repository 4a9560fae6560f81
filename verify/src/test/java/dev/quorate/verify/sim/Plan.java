package dev.quorate.verify.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Which kind of world a seed makes: which faults occur and how often is drawn too, so that seeds differ in kind and not only in luck.
 *
 * @param members voters at the beginning
 * @param durationNanos of the hostile part
 * @param latencyNanos typical time that a message takes
 * @param lossPerMille messages that vanish without a partition
 * @param repeatPerMille messages that arrive twice
 * @param reorders whether messages may overtake each other
 * @param faults what the nemesis may do
 * @param faultPauseNanos mean time between two of its deeds
 * @param snapshotCount entries between two snapshots of a member
 * @param catchupEntries entries kept behind a snapshot
 * @param clients that read and write keys
 * @param leaseHolders clients that grant and renew leases
 * @param thinkNanos mean time between an answer and the next request of a client
 * @param clockPpm how much the rates of clocks may differ, in parts of a million
 * @param operators who add, promote, move and remove members
 * @param changePauseNanos mean time between two looks of one of them
 * @param connectedSinceNanos how much older connections look than they are, for the rules that ask how long one has held
 */
record Plan(
        int members,
        long durationNanos,
        long latencyNanos,
        int lossPerMille,
        int repeatPerMille,
        boolean reorders,
        Set<Fault> faults,
        long faultPauseNanos,
        int snapshotCount,
        int catchupEntries,
        int clients,
        int leaseHolders,
        long thinkNanos,
        int clockPpm,
        int operators,
        long changePauseNanos,
        long connectedSinceNanos) {
    /** What the nemesis does to the world. */
    enum Fault {
        /** One member loses its power, unsynced writes with it, and starts again. */
        CRASH,
        /** The power goes in the middle of a write, a sync or a commit. */
        CRASH_WHILE_WRITING,
        /** All members lose their power at once. */
        CRASH_ALL,
        /** A member can neither send nor receive. */
        ISOLATE,
        /** The members fall apart into two groups. */
        SPLIT,
        /** Two members cannot reach each other, but all others. */
        CUT_PAIR,
        /** Messages pass in one direction only. */
        CUT_ONE_WAY,
        /** A process stands still for a while, its clocks do not. */
        PAUSE,
        /** The disk of a member takes its time. */
        SLOW_DISK,
        /** A write or a sync fails. */
        FAIL_DISK,
        /** Clocks run fast or slow, wall clocks jump. */
        CLOCKS,
        /** The leader is asked to hand over. */
        TRANSFER,
        /** History is compacted. */
        COMPACT
    }

    private static final int LEASE_HOLDERS_USUAL_MAX = 3;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;

    /** Whether it is {@link #aboutLeases}. */
    boolean isAboutLeases() {
        return leaseHolders > LEASE_HOLDERS_USUAL_MAX;
    }

    /** Long ones outlive a leader that stands still. */
    int leaseSecondsMax() {
        return isAboutLeases() ? 12 : 6;
    }

    /** With few, what a leader promised that stood still is not mended by the next one. */
    int leaseRenewalsMax() {
        return isAboutLeases() ? 2 : 6;
    }

    static Plan draw(Random random) {
        Plan plan = drawAny(random);
        return switch (random.nextInt(8)) {
            case 0 -> plan.aboutLeases();
            case 1 -> plan.aboutMembers(random);
            default -> plan;
        };
    }

    /** Members come and go while one other thing happens at most. */
    private Plan aboutMembers(Random random) {
        List<Fault> some =
                List.of(Fault.CRASH, Fault.SPLIT, Fault.ISOLATE, Fault.TRANSFER, Fault.COMPACT);
        EnumSet<Fault> faults = EnumSet.noneOf(Fault.class);
        if (random.nextBoolean()) {
            faults.add(some.get(random.nextInt(some.size())));
        }
        return new Plan(
                members,
                15 * SECOND,
                latencyNanos,
                lossPerMille,
                repeatPerMille,
                reorders,
                faults,
                1500 * MILLI,
                snapshotCount,
                catchupEntries,
                3,
                1,
                100 * MILLI,
                0,
                choose(random, 1, 1, 2),
                100 * MILLI,
                5 * SECOND);
    }

    /** Leaders that stand still and wake up to promises of others, and many leases to tell. */
    private Plan aboutLeases() {
        return new Plan(
                3,
                20 * SECOND,
                MILLI / 2,
                0,
                0,
                false,
                EnumSet.of(Fault.PAUSE),
                1200 * MILLI,
                snapshotCount,
                catchupEntries,
                1,
                24,
                500 * MILLI,
                0,
                0,
                0,
                0);
    }

    private static Plan drawAny(Random random) {
        // Few kinds at a time, often: two faults that meet say more than ten that take turns.
        List<Fault> all = new ArrayList<>(List.of(Fault.values()));
        Collections.shuffle(all, random);
        EnumSet<Fault> faults = EnumSet.copyOf(all.subList(0, choose(random, 1, 2, 2, 3, 6)));
        boolean changesMembers = random.nextInt(5) < 2;
        return new Plan(
                changesMembers ? choose(random, 2, 3, 3, 5) : choose(random, 3, 3, 3, 5),
                choose(random, 5, 5, 8, 12) * SECOND,
                choose(random, 1, 1, 5, 20) * MILLI / 2,
                choose(random, 0, 0, 5, 50),
                choose(random, 0, 0, 20),
                random.nextBoolean(),
                faults,
                choose(random, 250, 600, 1500) * MILLI,
                choose(random, 10, 50, 1000),
                choose(random, 2, 10, 50),
                choose(random, 3, 5),
                choose(random, 1, LEASE_HOLDERS_USUAL_MAX),
                choose(random, 20, 40, 100) * MILLI,
                faults.contains(Fault.CLOCKS) ? choose(random, 0, 1000, 50_000) : 0,
                changesMembers ? choose(random, 1, 1, 2) : 0,
                choose(random, 50, 100, 300) * MILLI,
                choose(random, 0, 5, 5) * SECOND);
    }

    private static int choose(Random random, int... values) {
        return values[random.nextInt(values.length)];
    }
}
