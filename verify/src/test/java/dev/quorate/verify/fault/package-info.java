/**
 * Breaks a lone member on purpose and looks at what is left: the real program under SIGKILL, on damaged files and against rude clients.
 *
 * <pre>
 *   writers ──JSON──► Victim (a JVM of its own) ──► one data directory across all kills
 *      │ acknowledged revisions                          │ SIGKILL, start again
 *      └──────────────► Ledger ◄───────── what the member holds: nothing lost, nothing half, revisions only rise
 * </pre>
 *
 * <p>Needs the JDK alone: the program runs from the class path of the tests. What it does not do: take the power away, which loses what
 * the system has not yet written; the tests of module {@code server} do that on a disk in memory, at every write.
 */
@NullMarked
package dev.quorate.verify.fault;

import org.jspecify.annotations.NullMarked;
