"""Secrets that are typed as options and arguments of commands."""

from git_ticketer.redact.contexts import LABEL
from git_ticketer.redact.shape import Rule, bare, quoted, value
from git_ticketer.redact.values import (
    is_argument,
    is_bare_token,
    is_given,
    is_literal,
    is_option,
    is_telling,
)

ARGS = r"[^\n|;]{0,200}?\s"
OPTION = (
    r"(?:--|(?<![\w-])-|(?<=\\[nrt])-)"
    r"(?:[a-zA-Z-]{0,30}-|(?:store|key|src|dest|trust|user|db)[a-z]{0,5})?"
    rf"(?i:{LABEL}|pass|pw)"
)
KIND = "(?:token|secret|(?:api|access|auth|secret|account)-?key)"
LOGINS = "docker|podman|nerdctl|buildah|skopeo|az|oc|helm registry|cf"
MONGO = "mongo(?:sh|dump|restore|export|import)?"

COMMANDS = (
    Rule(
        "command-password",
        ("-pass", "-pw", "-storepass", "-keypass"),
        rf"{OPTION}={value()}",
        "tool --pass" + "word=" + "swordfish",
        judge=is_argument,
    ),
    Rule(
        "command-password",
        ("-pass", "-pw", "-storepass", "-keypass"),
        rf"{OPTION}\s{{1,2}}{value()}",
        "tool --pass" + "word " + "hunter2",
        judge=is_literal,
        bare=is_option,
    ),
    Rule(
        "command-token",
        ("--token", "--secret", "-token", "-secret", "-key", "--apikey"),
        rf"--(?:[a-z-]{{0,30}}-)?{KIND}[=\s]\s?{value(8)}",
        "tool --auth-" + "token " + "a1b2c3d4e5",
        judge=is_bare_token,
    ),
    Rule(
        "command-token",
        ("_authtoken", "git config"),
        rf"(?::_authToken\s{{1,3}}|git config\s(?:[^\n|;]{{0,80}}?[\s.])[\w.-]{{0,40}}"
        rf"(?:password|passwd|token|secret|apikey)\s{{1,3}}){value()}",
        "git config --global user." + "token " + "a1b2c3d4e5",
        judge=is_telling,
    ),
    Rule(
        "command-login",
        ("curl ", "wget "),
        r"(?:curl|wget)\b(?:\\\r?\n|[^\n]){0,250}?\s(?:-u|--user|--proxy-user|-U|-a)[ =]?"
        r"(?:\"[^\s:\"$/]{1,100}:([^\"\n]{3,200}+)\"|'[^\s:'/]{1,100}:([^'\n]{3,200}+)'"
        r"|(?:\\{0,3}[\"'])?[^\s:\"'<>$/]{1,100}:([^\s\"'(/][^\s\"']{2,200}+))",
        "curl -fsS -u dana:" + "hunter2" + " https://git.internal/",
        judge=is_given,
    ),
    Rule(
        "command-login",
        ("smbclient", "/user:"),
        rf"(?:smbclient\b{ARGS}(?:-U|--user)[ =]?[\"']?[^\s%\"']{{1,100}}%"
        rf"|net use\s[^\n|;]{{0,200}}?/user:\S{{1,100}}\s{{1,2}}){bare(3)}",
        "smbclient //files/x -U dana%" + "hunter2",
        judge=is_argument,
    ),
    Rule(
        "command-password",
        (" -p", "redis-cli", "pass:", "requirepass", "storepass ", "keypass "),
        rf"(?:sshpass\s{{1,2}}-p\s?|(?:mysql|mysqldump|mysqladmin|mariadb)\b{ARGS}-p"
        rf"|(?:{LOGINS}) login\b{ARGS}-p[ =]?|(?:{MONGO}|cqlsh)\b{ARGS}-p[ =]"
        rf"|redis-cli\b{ARGS}(?:-a|--pass)\s|7z[azr]?\s{ARGS}-p|(?:un)?rar\s{ARGS}-h?p"
        rf"|(?:un)?zip\b{ARGS}-P\s?|(?:sqlcmd|bcp)\b{ARGS}-P\s?"
        rf"|(?:requirepass|masterauth|-(?:src|dest)?(?:store|key)pass)\s{{1,2}}"
        rf"|-pass(?:in|out)?\s[\"']?pass:){value(3)}",
        "sshpass -p " + "hunter2 ssh dana@host.internal",
        judge=is_argument,
    ),
    Rule(
        "command-password",
        ("ssh-keygen", " -k "),
        rf"(?:ssh-keygen\b{ARGS}-[NP]\s?"
        rf"|openssl\s{{1,2}}(?:enc|aes|des|bf|camellia)\b{ARGS}-[kK]\s{{1,2}}){value()}",
        "ssh-keygen -t ed25519 -N " + "swordfish -f id",
        judge=is_argument,
    ),
    Rule(
        "command-password",
        ("htpasswd",),
        r"htpasswd\s{1,2}-(?=[a-zA-Z]{0,6}b)(?:(?=[a-zA-Z]{0,6}n)[a-zA-Z]{2,7}\s{1,2}"
        rf"|[a-zA-Z]{{1,7}}\s{{1,2}}\S{{1,200}}\s{{1,2}})\S{{1,100}}\s{{1,2}}{value(3)}",
        "htpasswd -b .users dana " + "swordfish",
        judge=is_argument,
    ),
    Rule(
        "command-password",
        ("--password-stdin", "sudo -s", "chpasswd", "passwd --stdin"),
        rf"(?:echo|printf)\s{{1,2}}(?:-[a-z]{{1,3}}\s|[\"']?%s(?:\\n)?[\"']?\s)?(?:{quoted()}"
        r"|([^\s\"'|]{4,200}+))\s{0,2}\|[^\n|]{0,80}?(?:--password-stdin|sudo -S|chpasswd|--stdin)",
        "echo " + "swordfish | docker login -u dana --password-stdin",
        judge=is_argument,
    ),
    Rule(
        "command-password",
        ("--from-literal=", "--set", "-var"),
        r"(?:--from-literal=|--set(?:-string)?[ =]|-var[ =])[\"']?"
        rf"(?i:[\w.-]{{0,60}}(?:pass|{LABEL}|pwd|secret|token|key))={value()}",
        "kubectl create secret generic db --from-literal=password=" + "swordfish",
        judge=is_argument,
    ),
)
