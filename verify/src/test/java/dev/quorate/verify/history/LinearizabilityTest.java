package dev.quorate.verify.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.verify.history.KvRequest.Compare;
import dev.quorate.verify.history.KvRequest.Relation;
import dev.quorate.verify.history.KvRequest.Target;
import dev.quorate.verify.history.KvResponse.Decided;
import dev.quorate.verify.history.KvResponse.Deleted;
import dev.quorate.verify.history.KvResponse.Got;
import dev.quorate.verify.history.KvResponse.Item;
import dev.quorate.verify.history.KvResponse.Stored;
import dev.quorate.verify.history.Linearizability.Linearizable;
import dev.quorate.verify.history.Linearizability.Verdict;
import dev.quorate.verify.history.Linearizability.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The judge itself on trial: histories by hand that are known to be right or wrong, then random ones against a judge that tries every order. */
class LinearizabilityTest {
    private static Operation put(
            int client, long from, long to, String key, String value, long revision) {
        return new Operation(
                client,
                from,
                to,
                new KvRequest.Put(key, value),
                new KvResponse(revision, new Stored()));
    }

    private static Operation lostPut(int client, long from, String key, String value) {
        return new Operation(client, from, Operation.NEVER, new KvRequest.Put(key, value), null);
    }

    private static Operation get(
            int client, long from, long to, String key, long revision, Item... items) {
        return new Operation(
                client,
                from,
                to,
                KvRequest.get(key),
                new KvResponse(revision, new Got(List.of(items))));
    }

    private static Item item(String key, String value, long created, long modified, long version) {
        return new Item(key, value, created, modified, version);
    }

    private static Verdict judge(Operation... history) {
        return Linearizability.check(KvModel.WITH_REVISIONS, List.of(history));
    }

    private static Verdict judgeValues(Operation... history) {
        return Linearizability.checkByKey(List.of(history));
    }

    private static void right(Operation... history) {
        assertThat(judge(history)).isInstanceOf(Linearizable.class);
        assertThat(judgeValues(history)).isInstanceOf(Linearizable.class);
    }

    @Test
    void oneAfterTheOther() {
        right(
                put(1, 1, 2, "a", "x", 2),
                get(1, 3, 4, "a", 2, item("a", "x", 2, 2, 1)),
                put(2, 5, 6, "a", "y", 3),
                get(1, 7, 8, "a", 3, item("a", "y", 2, 3, 2)));
    }

    @Test
    void aReadMayComeBeforeOrAfterAWriteThatOverlaps() {
        right(put(1, 1, 4, "a", "x", 2), get(2, 2, 3, "a", 1));
        right(put(1, 1, 4, "a", "x", 2), get(2, 2, 3, "a", 2, item("a", "x", 2, 2, 1)));
    }

    @Test
    void aStaleReadIsWrong() {
        Operation[] history = {put(1, 1, 2, "a", "x", 2), get(2, 3, 4, "a", 1)};
        assertThat(judge(history)).isInstanceOf(Violation.class);
        assertThat(judgeValues(history)).isInstanceOf(Violation.class);
    }

    @Test
    void twoReadsMustNotGoBackInTime() {
        Operation[] history = {
            put(1, 1, 10, "a", "x", 2),
            get(2, 2, 3, "a", 2, item("a", "x", 2, 2, 1)),
            get(3, 4, 5, "a", 1)
        };
        assertThat(judge(history)).isInstanceOf(Violation.class);
        assertThat(judgeValues(history)).isInstanceOf(Violation.class);
    }

    @Test
    void anAcknowledgedWriteMustNotVanish() {
        Operation[] history = {
            put(1, 1, 2, "a", "x", 2),
            put(1, 3, 4, "a", "y", 3),
            get(2, 5, 6, "a", 3, item("a", "x", 2, 2, 1))
        };
        assertThat(judge(history)).isInstanceOf(Violation.class);
        assertThat(judgeValues(history)).isInstanceOf(Violation.class);
    }

    @Test
    void aLostWriteMayHappenLateOrNever() {
        right(lostPut(1, 1, "a", "x"), get(2, 2, 3, "a", 1), get(2, 4, 5, "a", 1));
        right(
                lostPut(1, 1, "a", "x"),
                get(2, 2, 3, "a", 1),
                get(2, 4, 5, "a", 2, item("a", "x", 2, 2, 1)));
    }

    @Test
    void aLostWriteMustNotHappenBeforeItsCallOrTwice() {
        assertThat(judge(get(2, 1, 2, "a", 2, item("a", "x", 2, 2, 1)), lostPut(1, 3, "a", "x")))
                .isInstanceOf(Violation.class);
        assertThat(
                        judge(
                                lostPut(1, 1, "a", "x"),
                                get(2, 2, 3, "a", 2, item("a", "x", 2, 2, 1)),
                                put(2, 4, 5, "a", "y", 3),
                                get(2, 6, 7, "a", 4, item("a", "x", 2, 4, 3))))
                .isInstanceOf(Violation.class);
    }

    @Test
    void aWriteDoneTwiceIsWrong() {
        // One put, but the key was written twice: what a request that is delivered twice looks
        // like.
        Operation[] history = {
            put(1, 1, 2, "a", "x", 2), get(2, 3, 4, "a", 3, item("a", "x", 2, 3, 2))
        };
        assertThat(judge(history)).isInstanceOf(Violation.class);
        assertThat(judgeValues(history)).isInstanceOf(Violation.class);
    }

    @Test
    void revisionsTellMoreThanValues() {
        // The write of "b" is over, so a header of revision 2 afterwards comes from a stale store.
        Operation[] history = {
            put(1, 1, 2, "a", "x", 2),
            put(1, 3, 4, "b", "x", 3),
            get(2, 5, 6, "a", 2, item("a", "x", 2, 2, 1))
        };
        assertThat(judge(history)).isInstanceOf(Violation.class);
        assertThat(judgeValues(history)).isInstanceOf(Linearizable.class);
    }

    @Test
    void twoWritesWithOneRevisionAreWrong() {
        assertThat(judge(put(1, 1, 2, "a", "x", 2), put(2, 3, 4, "b", "y", 2)))
                .isInstanceOf(Violation.class);
    }

    @Test
    void aTransactionIsWhole() {
        KvRequest both =
                new KvRequest.Txn(
                        List.of(),
                        List.of(new KvRequest.Put("a", "x"), new KvRequest.Put("b", "x")),
                        List.of());
        Operation txn =
                new Operation(
                        1,
                        1,
                        10,
                        both,
                        new KvResponse(2, new Decided(true, List.of(new Stored(), new Stored()))));
        Item a = item("a", "x", 2, 2, 1);
        Item b = item("b", "x", 2, 2, 1);
        Operation all =
                new Operation(
                        2,
                        2,
                        3,
                        new KvRequest.Get("a", "c"),
                        new KvResponse(2, new Got(List.of(a, b))));
        Operation half =
                new Operation(
                        2,
                        2,
                        3,
                        new KvRequest.Get("a", "c"),
                        new KvResponse(2, new Got(List.of(a))));
        right(txn, all);
        assertThat(judge(txn, half)).isInstanceOf(Violation.class);
        assertThat(judgeValues(txn, half)).isInstanceOf(Violation.class);
        // Each key for itself would be in order; together they are not.
        assertThat(judgeValues(txn, get(2, 2, 3, "a", 2, a), get(2, 4, 5, "b", 2)))
                .isInstanceOf(Violation.class);
    }

    @Test
    void onlyOneOfTwoMayWinARace() {
        KvRequest race = KvRequest.putIfUnchanged("a", 0, "x");
        KvResponse won = new KvResponse(2, new Decided(true, List.of(new Stored())));
        KvResponse lost =
                new KvResponse(
                        2, new Decided(false, List.of(new Got(List.of(item("a", "x", 2, 2, 1))))));
        right(new Operation(1, 1, 4, race, won), new Operation(2, 2, 3, race, lost));
        assertThat(judge(new Operation(1, 1, 4, race, won), new Operation(2, 2, 3, race, won)))
                .isInstanceOf(Violation.class);
        assertThat(
                        judgeValues(
                                new Operation(1, 1, 4, race, won),
                                new Operation(2, 2, 3, race, won)))
                .isInstanceOf(Violation.class);
    }

    @Test
    void deletesCountWhatTheyFound() {
        Operation delete =
                new Operation(2, 3, 4, KvRequest.delete("a"), new KvResponse(3, new Deleted(1)));
        right(put(1, 1, 2, "a", "x", 2), delete, get(1, 5, 6, "a", 3));
        Operation nothing =
                new Operation(2, 3, 4, KvRequest.delete("a"), new KvResponse(2, new Deleted(0)));
        assertThat(judge(put(1, 1, 2, "a", "x", 2), nothing)).isInstanceOf(Violation.class);
    }

    @Test
    void aDeletedKeyIsNoMoreAndBeginsAnew() {
        Operation put = put(1, 1, 2, "a", "x", 2);
        Operation delete =
                new Operation(1, 3, 4, KvRequest.delete("a"), new KvResponse(3, new Deleted(1)));
        right(
                put,
                delete,
                put(1, 5, 6, "a", "y", 4),
                get(1, 7, 8, "a", 4, item("a", "y", 4, 4, 1)));
        assertThat(judge(put, delete, get(1, 5, 6, "a", 3, item("a", "x", 2, 2, 1))))
                .as("read after its deletion")
                .isInstanceOf(Violation.class);
        assertThat(
                        judge(
                                put,
                                delete,
                                put(1, 5, 6, "a", "y", 4),
                                get(1, 7, 8, "a", 4, item("a", "y", 2, 4, 2))))
                .as("continued after its deletion")
                .isInstanceOf(Violation.class);
    }

    /** The end of a lease is a request that nobody called and whose revision the log tells. */
    @Test
    void aLeaseTakesAllItsKeysAtOneRevision() {
        Operation one = put(1, 1, 2, "a", "x", 2);
        Operation other = put(1, 3, 4, "b", "x", 3);
        KvRequest both =
                new KvRequest.Txn(
                        List.of(),
                        List.of(KvRequest.delete("a"), KvRequest.delete("b")),
                        List.of());
        Operation revoked = new Operation(-1, 0, Operation.NEVER, both, null, 4);
        Item a = item("a", "x", 2, 2, 1);
        assertThat(judge(one, other, get(2, 5, 6, "a", 3, a), revoked, get(2, 7, 8, "b", 4)))
                .isInstanceOf(Linearizable.class);
        assertThat(judge(one, other, revoked, get(2, 5, 6, "b", 4), get(2, 7, 8, "a", 4, a)))
                .as("one key outlives the lease")
                .isInstanceOf(Violation.class);
        assertThat(judge(one, revoked, get(2, 5, 6, "a", 2), other))
                .as("gone before the lease ended")
                .isInstanceOf(Violation.class);
    }

    @Test
    void comparisonsAreJudgedByWhatWasThere() {
        Operation put = put(1, 1, 2, "a", "x", 2);
        List<KvRequest.Compare> holding =
                List.of(
                        compare(KvRequest.Target.VALUE, KvRequest.Relation.EQUAL, "x", 0),
                        compare(KvRequest.Target.VALUE, KvRequest.Relation.GREATER, "w", 0),
                        compare(KvRequest.Target.VERSION, KvRequest.Relation.LESS, "", 2),
                        compare(KvRequest.Target.CREATE_REVISION, KvRequest.Relation.EQUAL, "", 2),
                        compare(
                                KvRequest.Target.MOD_REVISION,
                                KvRequest.Relation.NOT_EQUAL,
                                "",
                                1));
        for (KvRequest.Compare compare : holding) {
            KvRequest txn =
                    new KvRequest.Txn(
                            List.of(compare),
                            List.of(new KvRequest.Put("b", "y")),
                            List.of(KvRequest.get("a")));
            Operation held =
                    new Operation(
                            1,
                            3,
                            4,
                            txn,
                            new KvResponse(3, new Decided(true, List.of(new Stored()))));
            Operation failed =
                    new Operation(
                            1,
                            3,
                            4,
                            txn,
                            new KvResponse(
                                    2,
                                    new Decided(
                                            false,
                                            List.of(new Got(List.of(item("a", "x", 2, 2, 1)))))));
            assertThat(judge(put, held)).as("%s", compare).isInstanceOf(Linearizable.class);
            assertThat(judge(put, failed)).as("%s", compare).isInstanceOf(Violation.class);
        }
    }

    private static KvRequest.Compare compare(
            KvRequest.Target target, KvRequest.Relation relation, String value, long number) {
        return new KvRequest.Compare("a", target, relation, value, number);
    }

    @Test
    void valuesAloneCannotJudgeComparisonsOfRevisions() {
        Operation txn =
                new Operation(1, 1, Operation.NEVER, KvRequest.putIfUnchanged("a", 7, "x"), null);
        assertThatThrownBy(() -> judgeValues(txn)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keysThatNothingJoinsArePartsOfTheirOwn() {
        List<Operation> history =
                List.of(
                        put(1, 1, 2, "a", "x", 2),
                        put(1, 3, 4, "b", "x", 3),
                        put(1, 5, 6, "c", "x", 4),
                        new Operation(1, 7, Operation.NEVER, new KvRequest.Get("a", "c"), null));
        assertThat(Partition.byKey(history))
                .containsExactly(
                        List.of(history.get(0), history.get(1), history.get(3)),
                        List.of(history.get(2)));
    }

    @Test
    void agreesWithAJudgeThatTriesEveryOrder() {
        int right = 0;
        int wrong = 0;
        for (long seed = 0; seed < 4000; seed++) {
            Random random = new Random(seed);
            List<Operation> history = randomHistory(random, 2 + random.nextInt(5), 3, 5);
            if (random.nextInt(3) > 0) {
                spoil(history, random);
            }
            for (KvModel model : KvModel.values()) {
                boolean expected = anyOrder(model, KvState.EMPTY, history);
                assertThat(Linearizability.check(model, history) instanceof Linearizable)
                        .as("seed %s, %s", seed, model)
                        .isEqualTo(expected);
                right += expected ? 1 : 0;
                wrong += expected ? 0 : 1;
            }
            assertThat(Linearizability.checkByKey(history) instanceof Linearizable)
                    .as("seed %s, by key", seed)
                    .isEqualTo(anyOrder(KvModel.VALUES_ONLY, KvState.EMPTY, history));
        }
        assertThat(right).isGreaterThan(1000);
        assertThat(wrong).isGreaterThan(1000);
    }

    @Test
    void longHistoriesAreJudgedQuickly() {
        List<Operation> history = randomHistory(new Random(1), 20_000, 8, 0);
        assertThat(Linearizability.check(KvModel.WITH_REVISIONS, history))
                .isInstanceOf(Linearizable.class);
        int last = history.size() - 1;
        while (!(history.get(last).request() instanceof KvRequest.Put)) {
            last--;
        }
        Operation put = history.get(last);
        history.set(
                last,
                new Operation(
                        put.client(),
                        put.calledAt(),
                        put.returnedAt(),
                        put.request(),
                        new KvResponse(3, new Stored())));
        assertThat(Linearizability.check(KvModel.WITH_REVISIONS, history))
                .isInstanceOf(Violation.class);
    }

    @Test
    void aWitnessSaysWhatBecameOfLostWrites() {
        List<Operation> history =
                List.of(
                        lostPut(1, 1, "a", "x"),
                        lostPut(2, 2, "a", "y"),
                        lostPut(3, 3, "a", "z"),
                        put(4, 4, 5, "b", "v", 3),
                        get(4, 6, 7, "a", 4, item("a", "z", 2, 4, 2)));
        Witness witness = new Witness();
        witness.wrote(2, "a", "x");
        witness.wrote(3, "b", "v");
        witness.wrote(4, "a", "z");
        List<Operation> resolved = witness.resolve(history);
        assertThat(resolved).hasSize(4);
        assertThat(resolved.get(0).knownRevision()).isEqualTo(2);
        assertThat(Linearizability.check(KvModel.WITH_REVISIONS, resolved))
                .isInstanceOf(Linearizable.class);
        assertThatThrownBy(() -> witness.wrote(5, "a", "x"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("twice");
    }

    /** What clients of one store see that does each request at a random moment between its call and its return. */
    private static List<Operation> randomHistory(
            Random random, int length, int clients, int lostPercent) {
        record Open(long at, KvRequest request, KvState.Step step) {}
        List<Operation> history = new ArrayList<>();
        Open[] open = new Open[clients];
        KvRequest[] asked = new KvRequest[clients];
        long[] askedAt = new long[clients];
        KvState state = KvState.EMPTY;
        long now = 0;
        while (history.size() < length) {
            int client = random.nextInt(clients);
            now++;
            if (open[client] != null) {
                Open done = open[client];
                boolean lost = random.nextInt(100) < lostPercent;
                history.add(
                        lost
                                ? new Operation(
                                        client, done.at, Operation.NEVER, done.request, null)
                                : new Operation(
                                        client, done.at, now, done.request, done.step.response()));
                open[client] = null;
            } else if (asked[client] != null) {
                KvState.Step step = state.step(asked[client]);
                state = step.after();
                open[client] = new Open(askedAt[client], asked[client], step);
                asked[client] = null;
            } else {
                asked[client] = randomRequest(random, now);
                askedAt[client] = now;
            }
        }
        return history;
    }

    private static KvRequest randomRequest(Random random, long now) {
        String key = String.valueOf((char) ('a' + random.nextInt(3)));
        return switch (random.nextInt(7)) {
            case 0, 1 -> KvRequest.get(key);
            case 2 -> new KvRequest.Get(key, "d");
            case 3 -> KvRequest.delete(key);
            case 4 ->
                    new KvRequest.Txn(
                            List.of(
                                    new Compare(
                                            key,
                                            Target.VERSION,
                                            Relation.LESS,
                                            "",
                                            1 + random.nextInt(2))),
                            List.of(new KvRequest.Put(key, "t" + now)),
                            List.of(KvRequest.get(key)));
            default -> new KvRequest.Put(key, "v" + now);
        };
    }

    /** Gives one operation the answer of another. */
    private static void spoil(List<Operation> history, Random random) {
        Operation victim = history.get(random.nextInt(history.size()));
        Operation other = history.get(random.nextInt(history.size()));
        if (victim.isAnswered() && other.isAnswered()) {
            history.set(
                    history.indexOf(victim),
                    new Operation(
                            victim.client(),
                            victim.calledAt(),
                            victim.returnedAt(),
                            victim.request(),
                            other.response()));
        }
    }

    private static boolean anyOrder(KvModel model, KvState state, List<Operation> rest) {
        long firstReturn = Long.MAX_VALUE;
        for (Operation operation : rest) {
            firstReturn = Math.min(firstReturn, operation.returnedAt());
        }
        if (firstReturn == Operation.NEVER) {
            return true;
        }
        for (Operation operation : rest) {
            if (operation.calledAt() <= firstReturn) {
                KvState after = model.step(state, operation);
                List<Operation> others = new ArrayList<>(rest);
                others.remove(operation);
                if (after != null && anyOrder(model, after, others)) {
                    return true;
                }
            }
        }
        return false;
    }
}
