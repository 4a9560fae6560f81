/**
 * Who the members are: ids and the membership dump inside raft snapshot files.
 *
 * <p>What this package does not do: apply membership changes; that is the store's.
 */
@NullMarked
package dev.quorate.server.member;

import org.jspecify.annotations.NullMarked;
