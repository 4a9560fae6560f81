package dev.quorate.client.recipe;

/** A recipe could not go on, for a reason that lies in the keys and not in the transport. */
public final class RecipeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RecipeException(String message) {
        super(message);
    }
}
