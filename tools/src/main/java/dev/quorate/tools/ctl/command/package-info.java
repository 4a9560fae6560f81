/** What the commands of etcdctl do: one class per family, each made only when its command runs. */
@NullMarked
package dev.quorate.tools.ctl.command;

import org.jspecify.annotations.NullMarked;
