/**
 * Speaks JSON for those who have no gRPC: the same methods under {@code POST /v3/...}.
 *
 * <p>Does not know what a method means.
 */
@NullMarked
package dev.quorate.api.json;

import org.jspecify.annotations.NullMarked;
