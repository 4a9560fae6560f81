package dev.quorate.verify.conform;

/**
 * What a command left behind.
 *
 * @param exit its exit status, or "stopped" where the harness ended it
 */
record Outcome(String exit, String stdout, String stderr) {

    /** In the form in which two outcomes are compared and shown. */
    String text() {
        StringBuilder text = new StringBuilder("exit: ").append(exit).append('\n');
        text.append("--- stdout\n").append(stdout);
        if (!stderr.isEmpty()) {
            text.append("--- stderr\n").append(stderr);
        }
        return text.toString();
    }
}
