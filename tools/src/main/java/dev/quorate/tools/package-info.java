/**
 * The programs of Quorate: one image, many launchers in {@code bin/}.
 *
 * <p>Each program has a package of its own; what two of them share lies in {@code flag} (command lines) and {@code logging}.
 *
 * <p>Does not hold any logic of the server: programs read configuration, start things and report.
 */
@NullMarked
package dev.quorate.tools;

import org.jspecify.annotations.NullMarked;
