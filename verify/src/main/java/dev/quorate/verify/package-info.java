/** Placeholder sentence, replaced by the module's own. */
@NullMarked
package dev.quorate.verify;

import org.jspecify.annotations.NullMarked;
