package dev.quorate.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One metric name with label names, and a member for every combination of label values seen. Any thread may ask for members; who counts
 * often keeps the member instead of asking each time.
 */
public final class Family<T extends Sampled> {
    /** Clients choose some label values, so their number is bounded; what comes later is counted under {@code other}. */
    static final int MAX_MEMBERS = 4096;

    private static final String OVERFLOW = "other";

    private final String name;
    private final Kind kind;
    private final String help;

    /** As given by the owner, which is the order of values in {@link #with}. */
    private final String[] labelNames;

    /** Positions of {@link #labelNames} sorted by name, which is the order in the text. */
    private final int[] printOrder;

    private final Supplier<T> create;
    private final ConcurrentHashMap<String, T> members = new ConcurrentHashMap<>();

    Family(String name, Kind kind, String help, Supplier<T> create, String... labelNames) {
        this.name = name;
        this.kind = kind;
        this.help = help;
        this.create = create;
        this.labelNames = labelNames.clone();
        this.printOrder = sortedPositions(labelNames);
    }

    private static int[] sortedPositions(String[] names) {
        var positions = new Integer[names.length];
        Arrays.setAll(positions, i -> i);
        Arrays.sort(positions, Comparator.comparing(i -> names[i]));
        return Arrays.stream(positions).mapToInt(Integer::intValue).toArray();
    }

    /** The member with these label values, in the order of the label names; made on first use. */
    public T with(String... values) {
        if (values.length != labelNames.length) {
            throw new IllegalArgumentException(
                    name + " has " + labelNames.length + " labels, not " + values.length);
        }
        String key = text(values);
        @Nullable T member = members.get(key);
        if (member != null) {
            return member;
        }
        if (members.size() >= MAX_MEMBERS) {
            var others = new String[values.length];
            Arrays.fill(others, OVERFLOW);
            key = text(others);
        }
        return members.computeIfAbsent(key, _ -> create.get());
    }

    /** Forgets the member with these label values, for labels whose value is the information. */
    public void remove(String... values) {
        members.remove(text(values));
    }

    /** Forgets every member. */
    public void clear() {
        members.clear();
    }

    String name() {
        return name;
    }

    private String text(String[] values) {
        var names = new String[printOrder.length];
        var sorted = new String[printOrder.length];
        for (int i = 0; i < printOrder.length; i++) {
            names[i] = labelNames[printOrder[i]];
            sorted[i] = values[printOrder[i]];
        }
        return TextWriter.labels(names, sorted);
    }

    /** Families without members are left out, as Prometheus' own libraries do. */
    void write(TextWriter out) {
        var keys = members.keySet().toArray(new String[0]);
        if (keys.length == 0) {
            return;
        }
        Arrays.sort(keys);
        out.family(name, kind, help);
        for (String key : keys) {
            @Nullable T member = members.get(key);
            if (member != null) {
                member.write(out, name, key);
            }
        }
    }
}
