package dev.quorate.raft.quorum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An immutable set of member ids, ascending as unsigned numbers; small, so it is searched linearly.
 */
public final class IdSet {
    /** Nobody. */
    public static final IdSet EMPTY = new IdSet(new long[0]);

    private final long[] ids;

    private IdSet(long[] ids) {
        this.ids = ids;
    }

    /** The set of these ids; repeated ones count once. */
    public static IdSet of(long... ids) {
        IdSet set = EMPTY;
        for (long id : ids) {
            set = set.with(id);
        }
        return set;
    }

    /** The set of these ids; repeated ones count once. */
    public static IdSet of(List<Long> ids) {
        IdSet set = EMPTY;
        for (long id : ids) {
            set = set.with(id);
        }
        return set;
    }

    /** How many. */
    public int size() {
        return ids.length;
    }

    /** Whether nobody is in it. */
    public boolean isEmpty() {
        return ids.length == 0;
    }

    /** The id at a position from 0, in ascending order. */
    public long at(int position) {
        return ids[position];
    }

    /** Whether the id is in it. */
    public boolean contains(long id) {
        for (long member : ids) {
            if (member == id) {
                return true;
            }
        }
        return false;
    }

    /** This set and the id. */
    public IdSet with(long id) {
        int position = 0;
        while (position < ids.length && Long.compareUnsigned(ids[position], id) < 0) {
            position++;
        }
        if (position < ids.length && ids[position] == id) {
            return this;
        }
        long[] more = new long[ids.length + 1];
        System.arraycopy(ids, 0, more, 0, position);
        more[position] = id;
        System.arraycopy(ids, position, more, position + 1, ids.length - position);
        return new IdSet(more);
    }

    /** This set without the id. */
    public IdSet without(long id) {
        for (int position = 0; position < ids.length; position++) {
            if (ids[position] == id) {
                long[] fewer = Arrays.copyOf(ids, ids.length - 1);
                System.arraycopy(ids, position + 1, fewer, position, fewer.length - position);
                return new IdSet(fewer);
            }
        }
        return this;
    }

    /** Everybody who is in one of the two. */
    public IdSet union(IdSet other) {
        IdSet set = this;
        for (long id : other.ids) {
            set = set.with(id);
        }
        return set;
    }

    /** Whether nobody is in both. */
    public boolean isDisjoint(IdSet other) {
        for (long id : ids) {
            if (other.contains(id)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the other set has everybody of this one. */
    public boolean isSubsetOf(IdSet other) {
        for (long id : ids) {
            if (!other.contains(id)) {
                return false;
            }
        }
        return true;
    }

    /** The ids in ascending order. */
    public List<Long> toList() {
        List<Long> list = new ArrayList<>(ids.length);
        for (long id : ids) {
            list.add(id);
        }
        return List.copyOf(list);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IdSet that && Arrays.equals(ids, that.ids);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return Arrays.toString(ids);
    }
}
