package dev.quorate.tools.etcd;

/** A start that cannot go on; the message is etcd's sentence and becomes the error of a fatal line. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1;

    public StartException(String message) {
        super(message);
    }
}
