package dev.quorate.verify.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.verify.fault.Gateway.Found;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one writer did and was told. Its nth transaction sets three keys to n: {@code left} and {@code right}, which must therefore always
 * agree, and an entry of its journal, {@code journal/n}, which nobody touches again.
 */
final class Ledger {
    private static final int JOURNAL_DIGITS = 8;

    private record Acknowledged(int number, long revision) {}

    private final String name;
    private final List<Acknowledged> unchecked = new ArrayList<>();
    private int attempted;
    private int acknowledged;
    private long lastRevision;
    private long total;

    Ledger(int writer) {
        this.name = "writer-" + writer + "/";
    }

    /** The keys of the next transaction. */
    Map<String, String> next() {
        attempted++;
        Map<String, String> values = new LinkedHashMap<>();
        values.put(name + "left", Integer.toString(attempted));
        values.put(journal(attempted), Integer.toString(attempted));
        values.put(name + "right", Integer.toString(attempted));
        return values;
    }

    /** The transaction that {@link #next} made was answered. */
    void acknowledge(long revision) {
        assertThat(revision).as("%s: revisions rise", name).isGreaterThan(lastRevision);
        lastRevision = revision;
        acknowledged = attempted;
        unchecked.add(new Acknowledged(attempted, revision));
        total++;
    }

    long acknowledgedTotal() {
        return total;
    }

    /** Holds what the member has against what it acknowledged since the last time. */
    void verify(Gateway member, int round) throws Exception {
        Map<String, Found> held = new LinkedHashMap<>();
        for (Found found : member.range(name + "left", name + "right\0").found()) {
            held.put(found.key(), found);
        }
        Found left = held.get(name + "left");
        Found right = held.get(name + "right");
        if (left == null || right == null) {
            assertThat(left).as("round %s: %s half a transaction", round, name).isEqualTo(right);
            assertThat(acknowledged).as("round %s: %s lost everything", round, name).isZero();
            return;
        }
        assertThat(left.value())
                .as("round %s: %s half a transaction", round, name)
                .isEqualTo(right.value());
        assertThat(left.modRevision()).isEqualTo(right.modRevision());
        assertThat(Integer.parseInt(left.value()))
                .as("round %s: %s last transaction", round, name)
                .isBetween(acknowledged, attempted);
        Map<String, Found> journal = new LinkedHashMap<>();
        int from = unchecked.isEmpty() ? attempted : unchecked.getFirst().number();
        for (Found found : member.range(journal(from), name + "journal0").found()) {
            journal.put(found.key(), found);
        }
        for (Acknowledged one : unchecked) {
            Found entry = journal.get(journal(one.number()));
            assertThat(entry)
                    .as(
                            "round %s: %s lost %s of revision %s",
                            round, name, one.number(), one.revision())
                    .isNotNull();
            assertThat(entry.createRevision()).isEqualTo(one.revision());
            assertThat(entry.modRevision()).isEqualTo(one.revision());
        }
        assertThat(journal.containsKey(journal(attempted)))
                .as("round %s: %s half of the last transaction", round, name)
                .isEqualTo(Integer.parseInt(left.value()) == attempted);
        unchecked.clear();
        lastRevision = Math.max(lastRevision, left.modRevision());
        acknowledged = Integer.parseInt(left.value());
    }

    /** Counts the whole journal, in which no acknowledged entry may be missing. */
    void verifyAll(Gateway member) throws Exception {
        long count = member.range(name + "journal/", name + "journal0").found().size();
        assertThat(count).isBetween(total, (long) attempted);
    }

    private String journal(int number) {
        String digits = Integer.toString(number);
        return name + "journal/" + "0".repeat(JOURNAL_DIGITS - digits.length()) + digits;
    }
}
