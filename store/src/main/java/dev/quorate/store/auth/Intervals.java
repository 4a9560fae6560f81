package dev.quorate.store.auth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A set of keys as disjoint, ordered intervals {@code [begin, end)}; a null end is open. Immutable. */
final class Intervals {
    private final List<Interval> intervals;

    private Intervals(List<Interval> intervals) {
        this.intervals = intervals;
    }

    /** One interval. */
    record Interval(byte[] begin, byte @Nullable [] end) {
        /** What a permission or request means: no end is one key, an end of one zero byte is open. */
        static Interval of(byte[] key, byte[] rangeEnd) {
            if (rangeEnd.length == 0) {
                return new Interval(key, Arrays.copyOf(key, key.length + 1));
            }
            boolean open = rangeEnd.length == 1 && rangeEnd[0] == 0;
            return new Interval(key, open ? null : rangeEnd);
        }

        private boolean reaches(byte[] key) {
            return end == null || Arrays.compareUnsigned(key, end) <= 0;
        }

        private boolean covers(Interval other) {
            byte[] otherEnd = other.end;
            return Arrays.compareUnsigned(begin, other.begin) <= 0
                    && (end == null
                            || (otherEnd != null && Arrays.compareUnsigned(otherEnd, end) <= 0));
        }
    }

    /** The union of intervals; those that touch become one. */
    static Intervals union(List<Interval> parts) {
        ArrayList<Interval> ordered = new ArrayList<>(parts);
        ordered.sort((a, b) -> Arrays.compareUnsigned(a.begin, b.begin));
        ArrayList<Interval> merged = new ArrayList<>();
        for (Interval part : ordered) {
            if (!merged.isEmpty() && merged.getLast().reaches(part.begin)) {
                Interval last = merged.removeLast();
                merged.add(new Interval(last.begin, later(last.end, part.end)));
            } else {
                merged.add(part);
            }
        }
        return new Intervals(List.copyOf(merged));
    }

    /** Whether all of {@code wanted} is in the set. */
    boolean cover(Interval wanted) {
        int low = 0;
        int high = intervals.size() - 1;
        while (low <= high) {
            int mid = (low + high) >>> 1;
            if (Arrays.compareUnsigned(intervals.get(mid).begin, wanted.begin) <= 0) {
                low = mid + 1;
            } else {
                high = mid - 1;
            }
        }
        return high >= 0 && intervals.get(high).covers(wanted);
    }

    private static byte @Nullable [] later(byte @Nullable [] a, byte @Nullable [] b) {
        if (a == null || b == null) {
            return null;
        }
        return Arrays.compareUnsigned(a, b) >= 0 ? a : b;
    }
}
