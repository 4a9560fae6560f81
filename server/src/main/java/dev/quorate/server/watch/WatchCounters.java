package dev.quorate.server.watch;

/** What the hub reports to metrics. All methods may be called on any thread and may lag behind by one turn of the hub. */
public interface WatchCounters {
    /** Open watch streams. */
    long streams();

    /** Watches that exist on all streams. */
    long watchers();

    /** Watches that are behind: catching up, or waiting for their client to read. */
    long slowWatchers();

    /** Events that are queued for clients that do not read at the moment. */
    long pendingEvents();

    /** Events handed to transports since the hub was created. */
    long eventsTotal();
}
