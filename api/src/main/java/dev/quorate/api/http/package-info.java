/**
 * What every HTTP port does, whatever it serves. Runs on event loops.
 *
 * <p>What this package does not do: know any path.
 */
@NullMarked
package dev.quorate.api.http;

import org.jspecify.annotations.NullMarked;
