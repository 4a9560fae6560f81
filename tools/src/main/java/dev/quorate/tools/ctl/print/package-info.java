/** Writes answers of the cluster in the five formats of {@code --write-out}. */
@NullMarked
package dev.quorate.tools.ctl.print;

import org.jspecify.annotations.NullMarked;
