package dev.quorate.api.json;

import org.jspecify.annotations.Nullable;

/**
 * Finds where a JSON value ends in bytes that arrive in portions, and checks its syntax on the way. Errors are worded as by Go's
 * {@code encoding/json}, because that is what clients of the gateway have always read. Used by one event loop.
 */
final class JsonScanner {
    /** Deeper values are refused; no message of etcd nests half as deep. */
    static final int MAX_DEPTH = 200;

    private enum State {
        BEFORE_VALUE,
        BEFORE_VALUE_OR_END,
        BEFORE_KEY,
        BEFORE_KEY_OR_END,
        AFTER_KEY,
        AFTER_VALUE,
        STRING,
        ESCAPE,
        HEX,
        LITERAL,
        MINUS,
        ZERO,
        DIGITS,
        POINT,
        FRACTION,
        EXPONENT,
        EXPONENT_SIGN,
        EXPONENT_DIGITS,
        DONE
    }

    private State state = State.BEFORE_VALUE;

    /** True for each open object, false for each open array. */
    private final boolean[] objects = new boolean[MAX_DEPTH];

    private int depth;
    private boolean stringIsKey;
    private int hexLeft;
    private String literal = "";
    private int literalRead;
    private boolean started;

    /** Whether anything but white space was seen. */
    boolean hasStarted() {
        return started;
    }

    /** Whether the bytes so far are a whole value if nothing follows: a number ends only where something else begins. */
    boolean isCompleteAtEnd() {
        return switch (state) {
            case DONE -> true;
            case ZERO, DIGITS, FRACTION, EXPONENT_DIGITS -> depth == 0;
            default -> false;
        };
    }

    /**
     * Takes one byte.
     *
     * @return true when the value was complete before this byte, which then is not part of it
     */
    boolean endsBefore(int c) throws JsonException {
        if (state == State.DONE) {
            return true;
        }
        if (depth == 0 && isCompleteAtEnd() && !isNumberPart(c)) {
            state = State.DONE;
            return true;
        }
        step(c);
        return false;
    }

    /** Whether the last byte completed the value, so that one need not wait for another. */
    boolean isDone() {
        return state == State.DONE;
    }

    private static boolean isNumberPart(int c) {
        return (c >= '0' && c <= '9') || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
    }

    private static boolean isSpace(int c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private void step(int c) throws JsonException {
        switch (state) {
            case BEFORE_VALUE -> {
                if (!isSpace(c)) {
                    beginValue(c);
                }
            }
            case BEFORE_VALUE_OR_END -> {
                if (c == ']') {
                    close();
                } else if (!isSpace(c)) {
                    beginValue(c);
                }
            }
            case BEFORE_KEY, BEFORE_KEY_OR_END -> beforeKey(c);
            case AFTER_KEY -> {
                if (c == ':') {
                    state = State.BEFORE_VALUE;
                } else if (!isSpace(c)) {
                    throw invalid(c, "after object key");
                }
            }
            case AFTER_VALUE -> afterValue(c);
            case STRING -> string(c);
            case ESCAPE -> escape(c);
            case HEX -> hex(c);
            case LITERAL -> literal(c);
            case MINUS -> {
                if (c < '0' || c > '9') {
                    throw invalid(c, "in numeric literal");
                }
                state = c == '0' ? State.ZERO : State.DIGITS;
            }
            case ZERO, DIGITS, FRACTION, EXPONENT_DIGITS -> number(c);
            case POINT -> {
                if (c < '0' || c > '9') {
                    throw invalid(c, "after decimal point in numeric literal");
                }
                state = State.FRACTION;
            }
            case EXPONENT -> {
                if (c == '+' || c == '-') {
                    state = State.EXPONENT_SIGN;
                } else {
                    exponentDigit(c);
                }
            }
            case EXPONENT_SIGN -> exponentDigit(c);
            case DONE -> {}
        }
    }

    private void exponentDigit(int c) throws JsonException {
        if (c < '0' || c > '9') {
            throw invalid(c, "in exponent of numeric literal");
        }
        state = State.EXPONENT_DIGITS;
    }

    private void beginValue(int c) throws JsonException {
        started = true;
        switch (c) {
            case '{' -> open(true, State.BEFORE_KEY_OR_END);
            case '[' -> open(false, State.BEFORE_VALUE_OR_END);
            case '"' -> {
                stringIsKey = false;
                state = State.STRING;
            }
            case '-' -> state = State.MINUS;
            case '0' -> state = State.ZERO;
            case 't' -> beginLiteral("true");
            case 'f' -> beginLiteral("false");
            case 'n' -> beginLiteral("null");
            default -> {
                if (c < '1' || c > '9') {
                    throw invalid(c, "looking for beginning of value");
                }
                state = State.DIGITS;
            }
        }
    }

    private void open(boolean object, State next) throws JsonException {
        if (depth == MAX_DEPTH) {
            throw new JsonException("exceeded max depth");
        }
        objects[depth++] = object;
        state = next;
    }

    private void close() {
        depth--;
        endValue();
    }

    private void endValue() {
        state = depth == 0 ? State.DONE : State.AFTER_VALUE;
    }

    private void beginLiteral(String word) {
        literal = word;
        literalRead = 1;
        state = State.LITERAL;
    }

    private void literal(int c) throws JsonException {
        if (c != literal.charAt(literalRead)) {
            throw invalid(
                    c,
                    "in literal " + literal + " (expecting '" + literal.charAt(literalRead) + "')");
        }
        if (++literalRead == literal.length()) {
            endValue();
        }
    }

    private void beforeKey(int c) throws JsonException {
        if (c == '"') {
            stringIsKey = true;
            state = State.STRING;
        } else if (c == '}' && state == State.BEFORE_KEY_OR_END) {
            close();
        } else if (!isSpace(c)) {
            throw invalid(c, "looking for beginning of object key string");
        }
    }

    private void afterValue(int c) throws JsonException {
        if (isSpace(c)) {
            return;
        }
        boolean object = objects[depth - 1];
        if (c == ',') {
            state = object ? State.BEFORE_KEY : State.BEFORE_VALUE;
        } else if (c == (object ? '}' : ']')) {
            close();
        } else {
            throw invalid(c, object ? "after object key:value pair" : "after array element");
        }
    }

    private void string(int c) throws JsonException {
        if (c == '"') {
            if (stringIsKey) {
                state = State.AFTER_KEY;
            } else {
                endValue();
            }
        } else if (c == '\\') {
            state = State.ESCAPE;
        } else if (c < ' ') {
            throw invalid(c, "in string literal");
        }
    }

    private void escape(int c) throws JsonException {
        switch (c) {
            case 'b', 'f', 'n', 'r', 't', '\\', '/', '"' -> state = State.STRING;
            case 'u' -> {
                hexLeft = 4;
                state = State.HEX;
            }
            default -> throw invalid(c, "in string escape code");
        }
    }

    private void hex(int c) throws JsonException {
        if (Character.digit(c, 16) < 0) {
            throw invalid(c, "in \\u hexadecimal character escape");
        }
        if (--hexLeft == 0) {
            state = State.STRING;
        }
    }

    private void number(int c) throws JsonException {
        boolean digit = c >= '0' && c <= '9';
        boolean whole = state == State.ZERO || state == State.DIGITS;
        if (digit && state != State.ZERO) {
            return;
        }
        if (c == '.' && whole) {
            state = State.POINT;
        } else if ((c == 'e' || c == 'E') && state != State.EXPONENT_DIGITS) {
            state = State.EXPONENT;
        } else if (depth == 0) {
            throw invalid(c, "after top-level value");
        } else {
            endValue();
            step(c);
        }
    }

    private static JsonException invalid(int c, String where) {
        return new JsonException("invalid character " + quoted(c) + " " + where);
    }

    /** The character as Go's decoder quotes it. */
    private static String quoted(int c) {
        @Nullable String special =
                switch (c) {
                    case '\'' -> "'\\''";
                    case '"' -> "'\"'";
                    case '\n' -> "'\\n'";
                    case '\r' -> "'\\r'";
                    case '\t' -> "'\\t'";
                    case '\\' -> "'\\\\'";
                    default -> null;
                };
        if (special != null) {
            return special;
        }
        return c < ' ' || c == 0x7f
                ? "'\\x" + Character.forDigit(c >> 4, 16) + Character.forDigit(c & 15, 16) + "'"
                : "'" + (char) c + "'";
    }
}
