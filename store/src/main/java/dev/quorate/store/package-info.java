/** Placeholder sentence, replaced by the module's own. */
@NullMarked
package dev.quorate.store;

import org.jspecify.annotations.NullMarked;
