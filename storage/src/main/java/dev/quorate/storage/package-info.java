/** Placeholder sentence, replaced by the module's own. */
@NullMarked
package dev.quorate.storage;

import org.jspecify.annotations.NullMarked;
