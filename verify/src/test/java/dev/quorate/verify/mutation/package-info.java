/**
 * Plants faults into copies of the sources and looks whether the suite notices: a judge that never finds anything may be blind.
 *
 * <pre>
 *   planted.txt ──► patched copy of a source ──► compiler ──► classes in front of the class path of a process that runs the simulation
 * </pre>
 *
 * <p>What this package does not do: change anything in the tree, or leave hooks for itself in the code.
 */
@NullMarked
package dev.quorate.verify.mutation;

import org.jspecify.annotations.NullMarked;
