package dev.quorate.tools.pack;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What {@link BootstrapsTest} has rewritten: every form that the build replaces, behind interfaces that survive a second loading. */
final class Samples implements Supplier<List<Object>> {
    sealed interface Shape {
        record Dot() implements Shape {}

        record Line(int length) implements Shape {
            @Override
            public String toString() {
                return "own";
            }
        }

        record Box(Line side, Object note) implements Shape {}
    }

    record All(
            boolean a,
            byte b,
            char c,
            short d,
            int e,
            long f,
            float g,
            double h,
            String i,
            int[] j) {}

    static String described(Shape shape) {
        return switch (shape) {
            case null -> "nothing";
            case Shape.Dot _ -> "dot";
            case Shape.Line(int length) when length > 9 -> "long";
            case Shape.Line(int length) -> "line" + length;
            case Shape.Box(Shape.Line side, String note) -> side.length() + note;
            case Shape.Box box -> "box" + box.note();
        };
    }

    static String object(Object value) {
        return switch (value) {
            case String s when s.length() > 3 -> "text";
            case String _ -> "short";
            case Integer i when i > 5 -> "many";
            case Integer _ -> "few";
            case Map.Entry<?, ?> e -> "pair" + e.getKey();
            case int[] numbers -> "numbers" + numbers.length;
            default -> "other";
        };
    }

    static String word(String value) {
        return switch (value) {
            case "abc" -> "first";
            case String s when s.length() > 3 -> "long";
            case "ab" -> "second";
            case String s -> s;
        };
    }

    @Override
    public List<Object> get() {
        int[] shared = {1};
        All one = new All(true, (byte) -1, 'x', (short) 2, 3, 4L, Float.NaN, -0.0, "s", shared);
        All same = new All(true, (byte) -1, 'x', (short) 2, 3, 4L, Float.NaN, -0.0, "s", shared);
        All zero = new All(true, (byte) -1, 'x', (short) 2, 3, 4L, Float.NaN, 0.0, "s", shared);
        All none = new All(false, (byte) 0, 'y', (short) 0, 0, 0L, 0f, 0.0, null, null);
        return List.of(
                described(null),
                described(new Shape.Dot()),
                described(new Shape.Line(10)),
                described(new Shape.Line(9)),
                described(new Shape.Box(new Shape.Line(1), "s")),
                described(new Shape.Box(new Shape.Line(1), 2)),
                object("abcd"),
                object("abc"),
                object("ab"),
                word("abc"),
                word("abcd"),
                word("ab"),
                word("x"),
                object(6),
                object(5),
                object(Map.entry(1, 2)),
                object(new int[3]),
                object(2L),
                one.equals(same),
                one.equals(zero),
                one.equals(none),
                one.equals("text"),
                none.equals(null),
                one.hashCode() == same.hashCode(),
                none.hashCode(),
                new Shape.Dot().hashCode(),
                new Shape.Dot().equals(new Shape.Dot()),
                new Shape.Dot().toString(),
                new Shape.Line(1).toString(),
                new Shape.Box(new Shape.Line(7), null).toString(),
                none.toString());
    }
}
