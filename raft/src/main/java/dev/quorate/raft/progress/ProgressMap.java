package dev.quorate.raft.progress;

import dev.quorate.raft.quorum.IdSet;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The progress of every member, in ascending order of ids; a handful, so it is searched linearly.
 */
public final class ProgressMap {
    private IdSet ids = IdSet.EMPTY;
    private Progress[] progress = new Progress[0];

    /** Who is tracked. */
    public IdSet ids() {
        return ids;
    }

    /** How many are tracked. */
    public int size() {
        return progress.length;
    }

    /** The id at a position from 0. */
    public long idAt(int position) {
        return ids.at(position);
    }

    /** The progress at a position from 0. */
    public Progress at(int position) {
        return progress[position];
    }

    /** The progress of the member, or null when it is none. */
    public @Nullable Progress get(long id) {
        for (int i = 0; i < progress.length; i++) {
            if (ids.at(i) == id) {
                return progress[i];
            }
        }
        return null;
    }

    /**
     * Tracks exactly these members, keeps what is known about the ones that stay.
     *
     * @param next where to begin with new members
     */
    public void retain(IdSet members, IdSet learners, long next, int maxInflightMessages) {
        Progress[] changed = new Progress[members.size()];
        for (int i = 0; i < changed.length; i++) {
            long id = members.at(i);
            Progress known = get(id);
            if (known == null) {
                known = new Progress(next, maxInflightMessages);
                // A new member had no time to answer: it must not cost the leader its quorum.
                known.recentlyActive(true);
            }
            known.learner(learners.contains(id));
            changed[i] = known;
        }
        ids = members;
        progress = changed;
    }

    @Override
    public String toString() {
        return ids + Arrays.toString(progress);
    }
}
