/**
 * The program {@code etcd}: reads flags, environment or a file, starts one server and ends with it.
 *
 * <pre>
 *   command line ──► EtcdFlags ──► FlagValues ─┐
 *   ETCD_* ─────────────────────►  (or)        ├─► EtcdOptions.check ──► EtcdOptions ──► Program.start
 *   --config-file ─► ConfigFile ─► FlagValues ─┘     etcd's sentences     ServerConfig
 * </pre>
 *
 * <p>All three sources fill the same values, so there is one place that checks them and one that builds the configuration. Exit
 * codes are etcd's: 2 for a command line that cannot be read, 1 for a configuration or a start that fails, 0 after
 * {@code --help} and {@code --version}, 143 and 130 after SIGTERM and SIGINT.
 *
 * <p>Does not contain a server: {@link dev.quorate.tools.etcd.Program} is what starts one.
 */
@NullMarked
package dev.quorate.tools.etcd;

import org.jspecify.annotations.NullMarked;
