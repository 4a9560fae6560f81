package dev.quorate.store.alarm;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.proto.etcdserverpb.AlarmMember;
import dev.quorate.proto.etcdserverpb.AlarmType;
import dev.quorate.storage.CorruptionException;
import dev.quorate.storage.engine.Backend;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.ReadView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The alarms raised in the cluster. The apply thread changes them; any thread reads. */
public final class Alarms {
    private static final byte[] NOTHING = new byte[0];
    private static final Comparator<AlarmMember> ORDER =
            (a, b) -> {
                int order = Long.compareUnsigned(a.getMemberID(), b.getMemberID());
                return order != 0 ? order : Integer.compare(a.getAlarmValue(), b.getAlarmValue());
            };

    private final Backend backend;
    private volatile State state = new State(List.of(), false, false);

    /** Reads the alarms back. */
    public Alarms(Backend backend) {
        this.backend = backend;
        reload();
    }

    /** Starts over from a database whose content was replaced. Apply thread only. */
    public void reload() {
        ArrayList<AlarmMember> stored = new ArrayList<>();
        try (ReadView view = backend.snapshotView()) {
            view.scanAll(Bucket.ALARM, (key, _) -> stored.add(parse(key)));
        }
        set(stored);
    }

    private record State(List<AlarmMember> alarms, boolean noSpace, boolean corrupt) {}

    /** Raises an alarm; raising it again changes nothing. Apply thread only. */
    public AlarmMember activate(long memberId, AlarmType type) {
        AlarmMember alarm = AlarmMember.newBuilder().setMemberID(memberId).setAlarm(type).build();
        if (!state.alarms.contains(alarm)) {
            ArrayList<AlarmMember> next = new ArrayList<>(state.alarms);
            next.add(alarm);
            set(next);
            backend.put(Bucket.ALARM, alarm.toByteArray(), NOTHING);
        }
        return alarm;
    }

    /** Clears exactly this alarm; says whether it was there. Apply thread only. */
    public boolean deactivate(long memberId, AlarmType type) {
        AlarmMember alarm = AlarmMember.newBuilder().setMemberID(memberId).setAlarm(type).build();
        ArrayList<AlarmMember> next = new ArrayList<>(state.alarms);
        if (!next.remove(alarm)) {
            return false;
        }
        set(next);
        // A record of no bytes stands for member 0 without a type, which cannot be raised, so the
        // key is never empty.
        backend.delete(Bucket.ALARM, alarm.toByteArray());
        return true;
    }

    /** The alarms of one type, or all if {@code type} is NONE, ordered by member. */
    public List<AlarmMember> list(AlarmType type) {
        List<AlarmMember> all = state.alarms;
        if (type == AlarmType.NONE) {
            return all;
        }
        ArrayList<AlarmMember> some = new ArrayList<>();
        for (AlarmMember alarm : all) {
            if (alarm.getAlarm() == type) {
                some.add(alarm);
            }
        }
        return some;
    }

    /** Whether any member has raised NOSPACE. */
    public boolean noSpace() {
        return state.noSpace;
    }

    /** Whether any member has raised CORRUPT. */
    public boolean corrupt() {
        return state.corrupt;
    }

    private void set(List<AlarmMember> unordered) {
        ArrayList<AlarmMember> alarms = new ArrayList<>(unordered);
        alarms.sort(ORDER);
        boolean noSpace = false;
        boolean corrupt = false;
        for (AlarmMember alarm : alarms) {
            noSpace |= alarm.getAlarm() == AlarmType.NOSPACE;
            corrupt |= alarm.getAlarm() == AlarmType.CORRUPT;
        }
        state = new State(List.copyOf(alarms), noSpace, corrupt);
    }

    private static AlarmMember parse(byte[] key) {
        try {
            return AlarmMember.parseFrom(key);
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptionException("bucket alarm: a key does not parse", e);
        }
    }
}
