package dev.quorate.tools.goreman;

/** A refusal or a failure that ends the command; the message is one line for the user. */
final class GoremanException extends Exception {
    private static final long serialVersionUID = 1;

    GoremanException(String message) {
        super(message);
    }
}
