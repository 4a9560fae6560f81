/**
 * What {@code --auth-token} means: simple tokens, or JSON Web Tokens with keys from files.
 *
 * <pre>
 *   "jwt,sign-method=RS256,priv-key=..." ──► TokenSpec ──► JwtKeys ◄── PemFile
 *                                              └────────► JwtTokens, a {@link dev.quorate.store.auth.Tokens}
 * </pre>
 *
 * <p>What this package does not do: decide who may do what.
 */
@NullMarked
package dev.quorate.server.token;

import org.jspecify.annotations.NullMarked;
