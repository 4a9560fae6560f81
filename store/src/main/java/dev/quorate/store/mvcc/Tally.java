package dev.quorate.store.mvcc;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts operations as etcd's metrics do: by what was asked, not by what it changed. A deletion counts once however many keys it finds; a put
 * that needs what was there before counts as a range too. Any thread may count and ask.
 */
public final class Tally {
    private final LongAdder ranges = new LongAdder();
    private final LongAdder puts = new LongAdder();
    private final LongAdder deletes = new LongAdder();
    private final LongAdder transactions = new LongAdder();

    Tally() {}

    /** One pass over the store; a transaction is what does more than one thing. */
    void add(long rangesNow, long putsNow, long deletesNow) {
        ranges.add(rangesNow);
        puts.add(putsNow);
        deletes.add(deletesNow);
        if (rangesNow + putsNow + deletesNow > 1) {
            transactions.increment();
        }
    }

    public long ranges() {
        return ranges.sum();
    }

    public long puts() {
        return puts.sum();
    }

    public long deletes() {
        return deletes.sum();
    }

    public long transactions() {
        return transactions.sum();
    }
}
