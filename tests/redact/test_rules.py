"""Every known shape is found, documentation and code are not."""

import subprocess
from pathlib import Path

import pytest

import git_ticketer
from git_ticketer.redact.redactor import Redactor
from git_ticketer.redact.rules import RULES, Rule
from git_ticketer.redact.scan import findings

ROOT = Path(git_ticketer.__file__).parents[1]
NAMES = [f"{number}-{rule.name}" for number, rule in enumerate(RULES)]
B64 = "aB3/dE6+gH" * 4
PEM_LINES = "\n".join(["MIIEowIBAAKCAQEA7bq3" * 3] * 4)
BEGIN, END = "-----BEGIN {}PRIVATE " + "KEY-----", "-----END {}PRIVATE " + "KEY-----"


def redacted(text: str) -> tuple[str, dict[str, int]]:
    redactor = Redactor()
    return redactor.whole(text), dict(redactor.counts)


def rules_in(text: str) -> list[str]:
    return [finding.rule for finding in findings(text)]


def secrets_in(text: str) -> list[str]:
    return [text[finding.start : finding.end] for finding in findings(text)]


def test_every_rule_has_keywords_in_small_letters() -> None:
    assert all(rule.keywords for rule in RULES)
    assert all(word == word.lower() for rule in RULES for word in rule.keywords)


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
@pytest.mark.parametrize(
    "around",
    ["{}", "a line\n{}\nanother", "{}\t", "\r\n{}\r\n"],
    ids=["alone", "line", "tab", "crlf"],
)
def test_the_example_of_a_rule_is_found_by_that_rule(rule: Rule, around: str) -> None:
    assert rules_in(around.format(rule.example)) == [rule.name]


@pytest.mark.parametrize(
    "rule", [r for r in RULES if r.name != "private-key"], ids=lambda r: r.name
)
@pytest.mark.parametrize("around", ["`{}`", "({})", '"{}"', "<{}>", "key: '{}'", "{}, and"])
def test_a_secret_is_found_in_prose_and_in_code(rule: Rule, around: str) -> None:
    if rule.name == "assigned-secret":
        around = around.replace("key: ", "")  # else the line is an assignment of something else
    found = findings(around.format(rule.example))

    assert len(found) == 1
    assert found[0].end > found[0].start


@pytest.mark.parametrize(
    ("text", "rule", "secret"),
    [
        ("AKIA" + "Z7Y2" * 4 + "\n" + B64 + "\n", "aws-secret-key", B64),
        ('"SecretAccess' + f'Key": "{B64}"', "aws-secret-key", B64),
        ("sk-" + "A1b2C3d4" * 6, "openai-key", "sk-" + "A1b2C3d4" * 6),
        ("&key=AIza" + "A1b2C" * 7 + "&q=1", "google-api-key", "AIza" + "A1b2C" * 7),
        ("mongodb+srv://u:" + "hunter2@c.example.org/x", "database-url", ""),
        ("redis://:" + "hunter2@cache:6379", "database-url", ""),
        ("https://x-access-token:" + "hunter2@github.com/a/b", "url-password", "hunter2"),
        ("https://u:" + "p@ss1@host/x", "url-password", "p@ss1"),
        ('{"authorization": "Bearer ' + "abcdefgh" + '"}', "auth-header", "abcdefgh"),
        ("curl -H 'Authorization: token " + "a1b2c3d4'", "auth-header", "a1b2c3d4"),
        ("we sent Bearer " + "a1b2c3d4e5f6" * 2, "auth-header", "a1b2c3d4e5f6" * 2),
        ("DB_PASS" + "WORD='hunter2'", "assigned-secret", "hunter2"),
        ("docker run -e MYSQL_ROOT_PASS" + "WORD=root mysql", "assigned-secret", "root"),
        ("TWILIO_AUTH_" + "TOKEN=" + "0a1b2c3d" * 4, "assigned-secret", "0a1b2c3d" * 4),
        ("pass" + "word: hunter2\n", "assigned-secret", "hunter2"),
        ("  - db_pass" + "word = s3cr3t!x\r\n", "assigned-secret", "s3cr3t!x"),
        ("api_" + "key = 'a1b2c3d4'", "assigned-secret", "a1b2c3d4"),
        ('"client' + '_secret": "a1b2c3d4"', "assigned-secret", "a1b2c3d4"),
        ("//registry.npmjs.org/:_auth" + "Token=a1b2c3d4e5", "assigned-secret", ""),
    ],
)
def test_other_shapes_of_a_secret_are_found(text: str, rule: str, secret: str) -> None:
    found = [finding for finding in findings(text) if finding.rule == rule]

    assert len(found) == 1, findings(text)
    assert secret in ("", text[found[0].start : found[0].end])


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])
@pytest.mark.parametrize("join", ["\n", "\r\n", "\\n", "\n    ", "\n> ", " "], ids=repr)
@pytest.mark.parametrize("whole", [True, False], ids=["whole", "cut-off"])
def test_a_private_key_is_found_whole_also_where_its_end_is_cut_off(
    kind: str, join: str, whole: bool
) -> None:
    lines = [BEGIN.format(kind), *PEM_LINES.split("\n"), *([END.format(kind)] if whole else [])]
    key = join.join(lines)

    assert secrets_in(f"before\n{key}\n\nafter it, words") == [key]


def test_the_headers_of_an_encrypted_key_belong_to_it() -> None:
    head = BEGIN.format("RSA ") + "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B\n\n"

    for key in (head + PEM_LINES, head + PEM_LINES + "\n" + END.format("RSA ")):
        assert secrets_in(f"{key}\n\nafter") == [key]


@pytest.mark.parametrize(
    "text",
    [
        "ghp_xxxx",
        "ghp_" + "x" * 36,
        "AKIAIOSFODNN7EXAMPLE",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "xoxb-your-token-here",
        "https://hooks.slack.com/services/T00000000/B00000000/" + "X" * 24,
        "sk-ant-api03-...",
        "export TOKEN=<token>",
        "PASSWORD=***",
        "PASSWORD=${DB_PASSWORD}",
        "PASSWORD=$1",
        "PASSWORD=$(pass show db)",
        "password: {{ vault_password }}",
        "api_key: your-api-key-1",
        'password = "changeme123"',
        "postgres://user:password@localhost/db",
        "postgres://user:${PASSWORD}@localhost/db",
        'f"https://{user}:{token}@{host}/"',
        "https://example.com:8080/a@b",
        "git@github.com:owner/repo.git",
        "ssh://git@host:22/repo",
        "Authorization: Bearer <token>",
        "Authorization: Bearer $TOKEN",
        "the bearer authentication-of-the-request is checked",
        "token = parse(line)",
        "token: str = ''",
        "self.password = password",
        "def f(password=None, token=TOKEN):",
        "MAX_TOKENS=4096",
        "PWD=/home/dana",
        "password: required",
        '{"secret": true, "token": null}',
        "the `PASSWORD=`-like assignments",
        BEGIN.format("RSA "),
        f"{BEGIN.format('')}\n...\n{END.format('')}",
        f'text.startswith("{BEGIN.format("")}") and text.endswith("{END.format("")}")',
        "dca8577f0e1b2c3d4e5f60718293a4b5c6d7e8f9",
        "0f1c2a9e-7f0b-4f0e-9a51-2f6f3c1f7c11",
        "01JD8Z6W5T3K9QG4R7M2XV1B0A",
        "sha256:" + "0a1b2c3d" * 8,
        "sha512-" + "aB3/dE6+gH" * 8 + "==",
        "/usr/lib/python3.11/site-packages/sk_live_tests/test_token.py:12",
        "node_modules/.pnpm/@scope+name@1.2.3_hash/index.js",
        "TASK0123456789abcdef0123456789abcdef",
    ],
)  # fmt: skip
def test_what_is_no_secret_stays_as_it_is(text: str) -> None:
    assert findings(text) == []
    assert redacted(text) == (text, {})


def test_the_sources_and_pages_of_this_repository_hold_no_secret() -> None:
    names = ("git_ticketer", "docs", "hooks", "bench", "README.md", "pyproject.toml")
    roots = [ROOT / name for name in names]
    files = [path for root in roots for path in ([root] if root.is_file() else root.rglob("*"))]
    texts = {
        path: path.read_text(encoding="utf-8")
        for path in files
        if path.suffix in (".py", ".md", ".json", ".toml", ".yaml", ".1", ".bash", "")
        and path.is_file()
        and "_hooks" not in path.parts
    }

    assert len(texts) > 50
    assert {path: secrets_in(text) for path, text in texts.items() if findings(text)} == {}


def test_commits_paths_and_objects_of_a_real_history_hold_no_secret() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("cannot read the history: this is no clone")
    form = "--format=%H %T %an%n%B"
    command = ["git", "-C", str(ROOT), "log", "-200", "--raw", "--no-abbrev", form]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)

    assert secrets_in(done.stdout) == []
