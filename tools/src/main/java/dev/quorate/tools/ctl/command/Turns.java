package dev.quorate.tools.ctl.command;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Says when the next put of a load may begin. Called by all its clients. */
interface Turns {
    /** False if there is none any more. */
    boolean await(Time time);

    /** The time since the load began. */
    interface Time {
        long elapsedNanos();

        /** False if the load was stopped meanwhile. */
        boolean sleepUntil(long nanos);
    }

    /** So many in all, as fast as the clients manage. */
    static Turns count(long puts) {
        AtomicLong left = new AtomicLong(puts);
        return _ -> left.getAndDecrement() > 0;
    }

    /** So many a second, evenly, for so long. Turns that no client was there to take are lost. */
    static Turns rate(int perSecond, int seconds) {
        long gapNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long allNanos = TimeUnit.SECONDS.toNanos(seconds);
        AtomicLong next = new AtomicLong();
        return time -> {
            long turn;
            long taken;
            do {
                turn = next.get();
                taken = Math.max(turn, time.elapsedNanos());
            } while (!next.compareAndSet(turn, taken + gapNanos));
            return taken < allNanos && time.sleepUntil(taken);
        };
    }
}
