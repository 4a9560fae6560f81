package dev.quorate.verify.history;

import dev.quorate.verify.history.KvRequest.Compare;
import dev.quorate.verify.history.KvRequest.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Judges one operation at a time: which state follows if it takes effect now, if what the client was answered agrees. */
public enum KvModel {
    /** Every number counts: header revisions and those of keys. Histories must be judged whole. */
    WITH_REVISIONS {
        @Override
        boolean agree(KvResponse expected, KvResponse seen) {
            return expected.equals(seen);
        }

        @Override
        boolean mayBe(KvState before, KvState after, long revision) {
            return after.revision() == revision && before.revision() != revision;
        }
    },

    /** Values, counts and decisions count. Then keys are independent and may be judged apart, see {@link Partition}. */
    VALUES_ONLY {
        @Override
        boolean agree(KvResponse expected, KvResponse seen) {
            return sameBody(expected.body(), seen.body());
        }
    };

    /** The state after the operation, or null when it cannot take effect here. */
    @Nullable KvState step(KvState state, Operation operation) {
        KvState.Step step = state.step(operation.request());
        KvResponse seen = operation.response();
        boolean possible =
                seen == null
                        ? operation.knownRevision() == 0
                                || mayBe(state, step.after(), operation.knownRevision())
                        : agree(step.response(), seen);
        return possible ? step.after() : null;
    }

    /** Whether an operation that took effect at the revision may be the one between the states. */
    boolean mayBe(KvState before, KvState after, long revision) {
        return true;
    }

    abstract boolean agree(KvResponse expected, KvResponse seen);

    /** Whether the model may judge the request at all. */
    boolean accepts(KvRequest request) {
        return this == WITH_REVISIONS || !comparesRevisions(request);
    }

    private static boolean comparesRevisions(KvRequest request) {
        if (!(request instanceof KvRequest.Txn txn)) {
            return false;
        }
        for (Compare compare : txn.compares()) {
            boolean absolute =
                    compare.target() == Target.MOD_REVISION
                            || compare.target() == Target.CREATE_REVISION;
            // Revision 0 only asks whether the key exists.
            if (absolute && compare.number() != 0) {
                return true;
            }
        }
        return txn.success().stream().anyMatch(KvModel::comparesRevisions)
                || txn.failure().stream().anyMatch(KvModel::comparesRevisions);
    }

    private static boolean sameBody(KvResponse.Body expected, KvResponse.Body seen) {
        return switch (expected) {
            case KvResponse.Got got ->
                    seen instanceof KvResponse.Got other
                            && plain(got.items()).equals(plain(other.items()));
            case KvResponse.Stored _ -> seen instanceof KvResponse.Stored;
            case KvResponse.Deleted deleted -> deleted.equals(seen);
            case KvResponse.Decided decided ->
                    seen instanceof KvResponse.Decided other
                            && decided.succeeded() == other.succeeded()
                            && decided.bodies().size() == other.bodies().size()
                            && sameBodies(decided.bodies(), other.bodies());
        };
    }

    private static boolean sameBodies(List<KvResponse.Body> one, List<KvResponse.Body> other) {
        for (int i = 0; i < one.size(); i++) {
            if (!sameBody(one.get(i), other.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Versions count since the key was created, so they are the key's own. */
    private static List<KvResponse.Item> plain(List<KvResponse.Item> items) {
        return items.stream()
                .map(item -> new KvResponse.Item(item.key(), item.value(), 0, 0, item.version()))
                .toList();
    }
}
