/** Placeholder sentence, replaced by the module's own. */
@NullMarked
package dev.quorate.api;

import org.jspecify.annotations.NullMarked;
