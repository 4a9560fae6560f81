package dev.quorate.storage.wal;

/** The numbers of the record types on disk. */
final class RecordType {

    static final int METADATA = 1;
    static final int ENTRY = 2;
    static final int STATE = 3;
    static final int CRC = 4;
    static final int SNAPSHOT = 5;

    private RecordType() {}
}
