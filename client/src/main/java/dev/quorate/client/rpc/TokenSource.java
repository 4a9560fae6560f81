package dev.quorate.client.rpc;

/** Gives calls the token of a user. Safe for several threads. */
public interface TokenSource {
    /** Nobody is logged in. */
    TokenSource NONE =
            new TokenSource() {
                @Override
                public String token() {
                    return "";
                }

                @Override
                public boolean renew(String refused, Deadline deadline) {
                    return false;
                }
            };

    /** The token of now, or empty. */
    String token();

    /**
     * Gets a new token, unless somebody else has done so since.
     *
     * @param refused the token that a member did not take
     * @return whether there is another token to try
     * @throws RpcException if the login is refused
     */
    boolean renew(String refused, Deadline deadline);
}
