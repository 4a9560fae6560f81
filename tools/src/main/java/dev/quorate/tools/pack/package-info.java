/**
 * Makes the distribution's one archive out of the build's many, as a step of the build; the programs do not use it.
 *
 * <pre>
 *   class path ──► {@link dev.quorate.tools.pack.Pack} ──► lib/quorate.jar, native/
 *                      └─ our classes through {@link dev.quorate.tools.pack.Bootstraps}
 * </pre>
 *
 * <p>Everything here is about the time that a start takes; docs/adr/0012-start.md says what each part is worth.
 */
@NullMarked
package dev.quorate.tools.pack;

import org.jspecify.annotations.NullMarked;
