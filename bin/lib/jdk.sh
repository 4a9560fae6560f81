# Sourced by mvnw and every launcher: leaves JAVA_HOME at a JDK of at least QUORATE_JDK_MIN, or exits with what to install.
# Works with an empty environment: only sh built-ins, and `sed` where a release file has to be read.
QUORATE_JDK_MIN=25

# The major version that a JDK's own release file names (nothing is started to learn it); 0 if it is no JDK.
quorate_jdk_major() {
    [ -x "$1/bin/java" ] || { echo 0; return; }
    while IFS= read -r line; do
        case "$line" in
            JAVA_VERSION=*)
                line=${line#JAVA_VERSION=}
                line=${line#\"}
                line=${line%\"}
                line=${line%%[!0-9]*}
                echo "${line:-0}"
                return
                ;;
        esac
    done 2>/dev/null <"$1/release"
    echo 0
}

quorate_find_jdk() {
    if [ -n "${JAVA_HOME-}" ] && [ "$(quorate_jdk_major "$JAVA_HOME")" -ge $QUORATE_JDK_MIN ]; then
        return 0
    fi
    for home in \
        "${JAVA_HOME_25_X64-}" "${JDK_25-}" \
        /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
        "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* "${HOME-}"/.local/share/mise/installs/java/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        if [ -n "$home" ] && [ "$(quorate_jdk_major "$home")" -ge $QUORATE_JDK_MIN ]; then
            JAVA_HOME=$home
            return 0
        fi
    done
    return 1
}

case $- in *f*) quorate_noglob=1; set +f ;; *) quorate_noglob=0 ;; esac
if ! quorate_find_jdk; then
    echo "Quorate needs a JDK $QUORATE_JDK_MIN or newer and found none in JAVA_HOME (${JAVA_HOME:-not set}) or the usual places." >&2
    echo "Install one (for example the package temurin-25-jdk or openjdk-25-jdk) or set JAVA_HOME to it." >&2
    exit 1
fi
[ "$quorate_noglob" = 1 ] && set -f
export JAVA_HOME
