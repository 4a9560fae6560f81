/** Placeholder sentence, replaced by the module's own. */
@NullMarked
package dev.quorate.tools;

import org.jspecify.annotations.NullMarked;
