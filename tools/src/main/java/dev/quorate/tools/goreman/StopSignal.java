package dev.quorate.tools.goreman;

/** The signals that end a process, with the numbers that they have on every system. */
enum StopSignal {
    HUP(1),
    INT(2),
    KILL(9),
    TERM(15);

    private final int number;

    StopSignal(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
