package dev.quorate.server.concurrency;

import dev.quorate.server.watch.WatchGate;
import dev.quorate.server.watch.WatchHub;

/** What the recipes have to work with. */
record Member(KvClient kv, WatchHub hub, WatchGate gate) {}
