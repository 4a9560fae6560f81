package dev.quorate.verify.history;

import java.util.List;

/** What a client asks of the key-value service, reduced to what the model judges. An empty {@code end} means the key alone. */
public sealed interface KvRequest {
    /** A linearizable read of {@code [key, end)}. */
    record Get(String key, String end) implements KvRequest {}

    /** Sets a key. */
    record Put(String key, String value) implements KvRequest {}

    /** Deletes {@code [key, end)}. */
    record Delete(String key, String end) implements KvRequest {}

    /** One of two lists of requests, chosen by comparisons that all have to hold. */
    record Txn(List<Compare> compares, List<KvRequest> success, List<KvRequest> failure)
            implements KvRequest {
        public Txn {
            compares = List.copyOf(compares);
            success = List.copyOf(success);
            failure = List.copyOf(failure);
        }
    }

    /** What of a key is compared; absent keys have 0 for every number. */
    enum Target {
        VALUE,
        VERSION,
        CREATE_REVISION,
        MOD_REVISION
    }

    /** How it is compared. */
    enum Relation {
        EQUAL,
        NOT_EQUAL,
        LESS,
        GREATER
    }

    /**
     * One comparison of one key.
     *
     * @param value compared with when the target is the value; an absent key equals no value
     * @param number compared with otherwise
     */
    record Compare(String key, Target target, Relation relation, String value, long number) {}

    static Get get(String key) {
        return new Get(key, "");
    }

    static Delete delete(String key) {
        return new Delete(key, "");
    }

    /** Sets the key if it was last written at the revision, 0 for a key that must not exist; reads it otherwise. */
    static Txn putIfUnchanged(String key, long modRevision, String value) {
        return new Txn(
                List.of(new Compare(key, Target.MOD_REVISION, Relation.EQUAL, "", modRevision)),
                List.of(new Put(key, value)),
                List.of(get(key)));
    }
}
