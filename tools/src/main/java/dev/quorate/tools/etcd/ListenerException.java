package dev.quorate.tools.etcd;

/** A port that opens but cannot serve; the message becomes the error of a fatal line that blames the listener. */
final class ListenerException extends Exception {
    private static final long serialVersionUID = 1;

    ListenerException(String message) {
        super(message);
    }

    ListenerException(String message, Throwable cause) {
        super(message, cause);
    }
}
