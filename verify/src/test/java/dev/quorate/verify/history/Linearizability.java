package dev.quorate.verify.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a history could have come from one store that does one thing at a time, each between its call and its return: the algorithm of
 * Wing and Gong (1993) with the memory of Lowe (2017, "Testing for linearizability"). Operations without an answer may take effect at any
 * time after their call, or never.
 */
public final class Linearizability {
    /** Steps of the search before it is given up; a history that needs more has too many operations without an answer. */
    private static final long STEPS_MAX = 20_000_000;

    /** What the search found. */
    public sealed interface Verdict {}

    /** There is an order, this one. */
    public record Linearizable(List<Operation> order) implements Verdict {}

    /**
     * There is none.
     *
     * @param longest the longest order that was found
     * @param state the store after it
     * @param stuck the operations that could come next; none of them agrees with the state
     */
    public record Violation(List<Operation> longest, KvState state, List<Operation> stuck)
            implements Verdict {
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("not linearizable. After\n");
            int from = Math.max(0, longest.size() - 8);
            for (Operation operation : longest.subList(from, longest.size())) {
                text.append("    ").append(operation).append('\n');
            }
            text.append("the store holds\n    ").append(state).append("\nand nothing of\n");
            stuck.forEach(operation -> text.append("    ").append(operation).append('\n'));
            return text.append("can come next").toString();
        }
    }

    /** The search was given up. */
    public record Undecided(long steps) implements Verdict {}

    private Linearizability() {}

    /** Judges a whole history. */
    public static Verdict check(KvModel model, List<Operation> history) {
        for (Operation operation : history) {
            if (!model.accepts(operation.request())) {
                throw new IllegalArgumentException(model + " cannot judge " + operation.request());
            }
        }
        return new Search(model, history).run();
    }

    /** Judges values only, each group of keys that belong together for itself; the first bad verdict, or the last good one. */
    public static Verdict checkByKey(List<Operation> history) {
        Verdict verdict = new Linearizable(List.of());
        for (List<Operation> part : Partition.byKey(history)) {
            verdict = check(KvModel.VALUES_ONLY, part);
            if (!(verdict instanceof Linearizable)) {
                return verdict;
            }
        }
        return verdict;
    }

    /** A call or a return in the list of what is not yet placed. */
    private static final class Event {
        final int number;
        final @Nullable Event returning;
        @Nullable Event previous;
        @Nullable Event next;

        Event(int number, @Nullable Event returning) {
            this.number = number;
            this.returning = returning;
        }

        void remove() {
            Event before = previous;
            Event after = next;
            if (before != null) {
                before.next = after;
            }
            if (after != null) {
                after.previous = before;
            }
        }

        void putBack() {
            Event before = previous;
            Event after = next;
            if (before != null) {
                before.next = this;
            }
            if (after != null) {
                after.previous = this;
            }
        }
    }

    private record Placed(Event call, KvState before) {}

    /** What is placed is nearly a prefix of the calls, so that is how it is remembered. */
    private record Seen(int prefix, BitSet behind, KvState state) {
        static Seen of(BitSet placed, KvState state) {
            int prefix = placed.nextClearBit(0);
            return new Seen(prefix, placed.get(prefix, Math.max(prefix, placed.length())), state);
        }
    }

    private static final class Search {
        private final KvModel model;
        private final List<Operation> operations;
        private final Event head = new Event(-1, null);
        private final ArrayDeque<Placed> placed = new ArrayDeque<>();
        private final BitSet done = new BitSet();
        private final Set<Seen> seen = new HashSet<>();
        private KvState state = KvState.EMPTY;
        private int answersLeft;
        private long steps;
        private List<Operation> longest = List.of();
        private KvState longestState = KvState.EMPTY;
        private List<Operation> stuck = List.of();

        Search(KvModel model, List<Operation> history) {
            this.model = model;
            this.operations =
                    history.stream().sorted(Comparator.comparingLong(Operation::calledAt)).toList();
            link();
        }

        private void link() {
            record Point(long at, boolean call, int number) {}
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < operations.size(); i++) {
                points.add(new Point(operations.get(i).calledAt(), true, i));
                points.add(new Point(operations.get(i).returnedAt(), false, i));
                answersLeft += operations.get(i).isAnswered() ? 1 : 0;
            }
            // What returns at the moment of another's call may still have overlapped with it.
            points.sort(Comparator.comparingLong(Point::at).thenComparing(point -> !point.call()));
            Event[] returns = new Event[operations.size()];
            for (int i = 0; i < returns.length; i++) {
                returns[i] = new Event(i, null);
            }
            Event last = head;
            for (Point point : points) {
                Event event =
                        point.call()
                                ? new Event(point.number(), returns[point.number()])
                                : returns[point.number()];
                last.next = event;
                event.previous = last;
                last = event;
            }
        }

        Verdict run() {
            Event at = head.next;
            while (answersLeft > 0) {
                if (++steps > STEPS_MAX) {
                    return new Undecided(steps);
                }
                if (at == null) {
                    throw new IllegalStateException("a return is missing");
                }
                if (at.returning == null) {
                    noteStuck(at);
                    if (placed.isEmpty()) {
                        return new Violation(longest, longestState, stuck);
                    }
                    at = takeBack();
                } else {
                    at = place(at) ? head.next : at.next;
                }
            }
            return new Linearizable(order());
        }

        private boolean place(Event call) {
            Operation operation = operations.get(call.number);
            KvState after = model.step(state, operation);
            if (after == null) {
                return false;
            }
            done.set(call.number);
            if (!seen.add(Seen.of(done, after))) {
                done.clear(call.number);
                return false;
            }
            placed.push(new Placed(call, state));
            state = after;
            answersLeft -= operation.isAnswered() ? 1 : 0;
            call.remove();
            if (call.returning != null) {
                call.returning.remove();
            }
            return true;
        }

        private @Nullable Event takeBack() {
            Placed last = placed.pop();
            state = last.before;
            done.clear(last.call.number);
            answersLeft += operations.get(last.call.number).isAnswered() ? 1 : 0;
            if (last.call.returning != null) {
                last.call.returning.putBack();
            }
            last.call.putBack();
            return last.call.next;
        }

        private void noteStuck(Event returning) {
            if (placed.size() < longest.size()
                    || !stuck.isEmpty() && placed.size() == longest.size()) {
                return;
            }
            longest = order();
            longestState = state;
            stuck = new ArrayList<>();
            for (Event event = head.next; event != null && event != returning; event = event.next) {
                stuck.add(operations.get(event.number));
            }
        }

        private List<Operation> order() {
            List<Operation> order = new ArrayList<>();
            placed.descendingIterator()
                    .forEachRemaining(one -> order.add(operations.get(one.call.number)));
            return order;
        }
    }
}
