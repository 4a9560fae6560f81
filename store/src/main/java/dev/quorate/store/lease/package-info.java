/** Leases and the keys that fall with them. */
@NullMarked
package dev.quorate.store.lease;

import org.jspecify.annotations.NullMarked;
