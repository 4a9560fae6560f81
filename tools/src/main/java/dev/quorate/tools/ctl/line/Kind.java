package dev.quorate.tools.ctl.line;

/** What values a flag takes. */
public enum Kind {
    BOOL(""),
    STRING("string"),
    /** Several, with commas between them. */
    STRINGS("strings"),
    INT("int"),
    UINT("uint"),
    DURATION("duration");

    /** What help shows behind the name. */
    final String shown;

    Kind(String shown) {
        this.shown = shown;
    }
}
