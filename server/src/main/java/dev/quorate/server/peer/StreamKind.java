package dev.quorate.server.peer;

/** The two streams over which a member receives from another. */
public enum StreamKind {
    /** Appends, in a short form. */
    APPEND("msgapp", "stream MsgApp v2"),
    /** Everything else. */
    MESSAGE("message", "stream Message");

    private final String path;
    private final String shown;

    StreamKind(String path, String shown) {
        this.path = path;
        this.shown = shown;
    }

    /** The last directory of its path. */
    public String path() {
        return path;
    }

    /** As etcd's log names it. */
    public String shown() {
        return shown;
    }
}
