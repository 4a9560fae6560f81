/**
 * Judges the whole: everything that takes more than one module to test lives here, in this module's tests.
 *
 * <p>{@code conform} compares with real etcd, {@code rules} looks at code and tree. This package itself holds nothing, and no program
 * depends on the module.
 */
@NullMarked
package dev.quorate.verify;

import org.jspecify.annotations.NullMarked;
