package dev.quorate.tools.flag;

import java.util.Set;

/** The usual types of flags. */
public final class FlagTypes {
    public static final FlagType STRING = new FlagType.Text();
    public static final FlagType BOOL = new FlagType.Bool();
    public static final FlagType INT = new FlagType.Int();
    public static final FlagType UINT = new FlagType.Uint();
    public static final FlagType UINT32 = new FlagType.Uint32();
    public static final FlagType DURATION = new FlagType.Time();
    public static final FlagType URLS = new FlagType.Urls(Set.of(""));
    public static final FlagType ORIGINS = new FlagType.Urls(Set.of("*"));
    public static final FlagType STRINGS = new FlagType.Text();
    public static final FlagType IGNORED = new FlagType.Ignored();

    private FlagTypes() {}
}
