/** Placeholder sentence, replaced by the module's own. */
@NullMarked
package dev.quorate.server;

import org.jspecify.annotations.NullMarked;
