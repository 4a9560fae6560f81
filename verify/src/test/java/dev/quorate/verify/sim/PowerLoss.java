package dev.quorate.verify.sim;

/** The power of a member goes while it works; thrown through its code, which must not get to do anything else. */
final class PowerLoss extends Error {
    private static final long serialVersionUID = 1;

    PowerLoss() {
        super("the power is gone", null, false, false);
    }
}
