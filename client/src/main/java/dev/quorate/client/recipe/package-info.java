/**
 * Recipes: locks, elections and their kin, made of keys that live as long as a lease.
 *
 * <p>They use the same keys as etcd's Go package {@code concurrency}, so programs of both kinds can share them. Whoever holds something holds it
 * by a {@link dev.quorate.client.recipe.Session}: when its lease ends, everything that it held is free, and nothing tells the holder in time.
 * So guard what matters by the revision of the key (a fencing token), not by the belief to be the holder.
 */
@NullMarked
package dev.quorate.client.recipe;

import org.jspecify.annotations.NullMarked;
