/**
 * The program {@code goreman}: starts the commands of a Procfile as one group, shows their output and lets another terminal stop and
 * start single ones. Commands, flags and output are those of <a href="https://github.com/mattn/goreman">goreman</a>.
 *
 * <pre>
 *   Procfile ─► Procfile ──┐
 *   flags, .goreman ─► Settings ─► Supervisor ─► Child ─► /bin/sh -c COMMAND   (own process group)
 *   .env ─► DotEnv ────────┘           ▲            └─► Console: "HH:MM:SS name | line"
 *                                      │
 *   goreman run ... ─► ControlClient ─► ControlServer      (loopback, see there for the protocol)
 *   SIGINT, SIGTERM, SIGHUP ─► Signals
 * </pre>
 *
 * <p>A process is stopped by a signal to its whole group, and killed when it has not ended in time; it counts as ended when its
 * output has ended too. All processes of a group are stopped at once.
 *
 * <p>Does not speak the control protocol of the original, which is Go's own and open to every host; and does not run on Windows.
 */
@NullMarked
package dev.quorate.tools.goreman;

import org.jspecify.annotations.NullMarked;
