"""Private keys are found without their first line, without their last, and without both."""

import pytest

from git_ticketer.redact.redactor import BEYOND, BEYOND_KEY, Redactor
from git_ticketer.redact.scan import findings

LINE = "7bq3Zx9Kd2Lm5Np8Rt1Vw4Yb6Cf" + "QGhJkSuXaEzTyUiOoPAsDfHjKlWvBnMqRe+/0"
LAST = "Kd2Lm5Np8" + "Rt1Vw=="
END = "-----END {}PRIVATE " + "KEY-----"
HEADS = {
    "PKCS #1": "MIIEow" + "IBAAKCAQEA" + LINE[16:],
    "PKCS #1, 4096 bits": "MIIJKQ" + "IBAAKCAgEA" + LINE[16:],
    "PKCS #8": "MIIEvQ" + "IBADANBgkqhkiG9w0BAQEFAASC" + LINE[32:],
    "PKCS #8, encrypted": "MIIFLTBX" + "BgkqhkiG9w0BBQ0w" + LINE[24:],
    "OpenSSH": "b3BlbnNz" + "aC1rZXktdjEAAAAABG5vbmUAAAAE" + LINE[36:],
    "SEC 1": "MHcC" + "AQEEI" + LINE[9:],
    "PKCS #8, elliptic": "MIGH" + "AgEAMBMGByqGSM49AgEGCCqGSM49" + LINE[32:],
}
JOINS = ["\n", "\r\n", "\\n", "\n    ", "\n> ", "\n+"]


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])
@pytest.mark.parametrize("join", JOINS, ids=repr)
def test_the_last_lines_of_a_key_are_found(kind: str, join: str) -> None:
    tail = join.join([LINE[20:], LINE, LINE, LAST, END.format(kind)])

    assert (
        Redactor().whole(f"$ tail key\n{tail}\nafter")
        == "$ tail key\n[REDACTED:private-key]\nafter"
    )


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize("join", JOINS, ids=repr)
def test_the_first_lines_of_a_key_are_found_without_its_begin(head: str, join: str) -> None:
    lines = join.join([head, LINE, LINE, LINE])

    assert Redactor().whole(f'a "{lines}" b') == 'a "[REDACTED:private-key]" b'


def test_numbered_lines_of_a_key_are_found() -> None:
    lines = "\n".join(f"  {n:4}\t{line}" for n, line in enumerate([LINE, LINE, END.format("")], 24))

    assert "Zx9Kd2" not in Redactor().whole(f"{lines}\n")


@pytest.mark.parametrize(
    "text",
    [
        f"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA{LINE}\n{LINE}",
        f"MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBa{LINE}\n{LINE}\n{LINE}",
        f"{LINE}\n{LINE}\n{LAST}\n-----END CERTIFICATE-----",
        f"{LINE}\n{LINE}\n-----END PUBLIC KEY-----",
        f"{LINE}\n{LINE}\n",
        "the line is " + END.format("RSA "),
        f'assert text.endswith("{END.format("")}")',
        f"image/png;base64,{LINE * 40}\n\nit ends with {END.format('')}",
    ],
    ids=lambda text: text[:30],
)
def test_certificates_public_keys_and_other_base64_stay(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize("lines", [3, 50, 120, 280])
@pytest.mark.parametrize("start", ["", HEADS["PKCS #1"] + "\n"], ids=["tail", "head"])
def test_a_cut_in_a_key_is_the_beginning_of_the_whole(lines: int, start: str) -> None:
    key = start + f"{LINE}\n" * lines + LAST + "\n" + END.format("RSA ")
    text = f"before\n{key}\nafter\n" + "word " * (BEYOND + BEYOND_KEY)
    whole = Redactor().whole(text)

    assert LINE not in whole
    for limit in (3, 7, 12, 40, 200, 2000):
        assert Redactor().cut(text, limit) in (whole[:limit], "before\n[REDACTED:private-key]")
