"""Reform files that mean harm: as many as there are ways we know of, each as bytes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from .files import HEADER, reform_file

MAIN_RATE = "corporation_tax.main_rate"
MEGABYTE = 1_000_000
# {ran} is a file that any of these would make, if anything in them were run.
CODE = (
    "!!python/object/apply:os.system ['touch {ran}']",
    "!!python/object/apply:subprocess.check_call [['touch', '{ran}']]",
    "!!python/object/new:pathlib.Path ['{ran}']",
    "!!python/name:os.system",
    "!!python/module:os",
    "!!python/object:openfisca_goodwork.policy.reform.Reform {{}}",
    "!<tag:yaml.org,2002:python/object/apply:os.system> ['touch {ran}']",
    "__import__('os').system('touch {ran}')",
    "${{touch {ran}}}",
    "$(touch {ran})",
    "`touch {ran}`",
    "{{{{ cycler.__init__.__globals__.os.popen('touch {ran}') }}}}",
    "%s%s%s%n",
    "../../../../etc/passwd",
    "file:///etc/passwd",
)
PLACES = ("value", "date", "path", "header", "top")
BIG = {
    "braces": "{" * MEGABYTE,
    "brackets": "[" * MEGABYTE,
    "question marks": "? " * (MEGABYTE // 2),
    "dashes": "- " * (MEGABYTE // 2),
    "colons": "a: " * (MEGABYTE // 3),
    "quotes": '"' * MEGABYTE,
    "one long word": "a" * MEGABYTE,
    "one long number": "9" * MEGABYTE,
    "one long key": "a" * (MEGABYTE - 20) + ": 1",
    "tabs": "\t" * MEGABYTE,
    "line ends": "\n" * MEGABYTE,
    "carriage returns": "\r" * MEGABYTE,
    "unusual line breaks": "\u2028" * (MEGABYTE // 3),
    "comments": "#\n" * (MEGABYTE // 2),
    "documents": "---\n" * (MEGABYTE // 4),
    "keys": "".join(f"k{number}: 1\n" for number in range(70_000)),
    "equal keys": "a: 1\n" * (MEGABYTE // 5),
    "empty lists": "[" + "[]," * (MEGABYTE // 4) + "]",
    "anchors": "".join(f"a{number}: &a{number} 1\n" for number in range(40_000)),
    "aliases": "a: &a 1\nb: [" + "*a," * (MEGABYTE // 4) + "]",
    "escapes": 'a: "' + "\\x41" * (MEGABYTE // 5) + '"',
    "surrogates": 'a: "' + "\\ud800" * (MEGABYTE // 7) + '"',
    "folded": "a: >\n" + "  b\n" * (MEGABYTE // 4),
    "merges": "".join(f"a{number}: {{<<: {{b: 1}}}}\n" for number in range(30_000)),
    "over the size": "a: 1\n" * (MEGABYTE // 2),
}
LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{one}: &a{one} [{','.join([f'*a{one - 1}'] * 9)}]\n" for one in range(1, 12)
)
BYTES = (
    b"",
    b"\x00",
    b"\xff\xfe" + "reform: mine".encode("utf-16-le"),
    b"\xfe\xff" + "reform: mine".encode("utf-16-be"),
    b"\xef\xbb\xbf" * 3,
    b"\x80\x81\x82",
    b"reform: \xc0\xaf",
    b"\x1b[2J\x1b]0;mine\x07: 1",
    b"\x7fELF" + bytes(range(256)),
    b"PK\x03\x04" + bytes(1000),
    bytes(MEGABYTE),
    b"reform: mine\x00: evil",
)
NUMBERS = (
    "1e400",
    "-1e400",
    "0x10",
    "0o17",
    "1:30:00",
    "١٢",
    "½",
    "1_000",
    "+.inf",
    "-.inf",
    ".nan",
    "9" * 41,
    "0." + "0" * 500,
)
DATES = (
    "0000-00-00",
    "9999-12-31",
    "2027-02-29",
    "2027-4-1",
    "20270401",
    "2027-04-01T00:00:00Z",
    "-2027-04-01",
    "\uff12\uff10\uff12\uff17-04-01",
    "~",
    "[1]",
)


def hostile_files(ran: str) -> dict[str, bytes]:
    """Every hostile file by its name; `ran` is the file that the code in them would make."""
    return dict(_files(ran))


def _files(ran: str) -> Iterator[tuple[str, bytes]]:
    for number, (code, place) in enumerate(product(CODE, PLACES)):
        yield f"code-in-the-{place}-{number}", _with_code(code.format(ran=ran), place).encode()
    for number, (name, text) in enumerate(BIG.items()):
        yield f"big-{number}-{name.replace(' ', '-')}", text.encode("utf-8", "surrogatepass")
        yield (
            f"big-below-the-header-{number}",
            (HEADER + "parameters:\n  " + text[: MEGABYTE - 500]).encode("utf-8", "surrogatepass"),
        )
    yield "laughs", LAUGHS.encode()
    yield (
        "laughs-below-the-header",
        (HEADER + "parameters:\n" + "".join(f"  {line}\n" for line in LAUGHS.splitlines())).encode(),
    )
    for number, content in enumerate(BYTES):
        yield f"bytes-{number}", content
    for number, value in enumerate(NUMBERS):
        yield f"number-{number}", reform_file(f"{MAIN_RATE}:\n  2027-04-01: {value}").encode()
    for number, date in enumerate(DATES):
        yield f"date-{number}", reform_file(f"{MAIN_RATE}:\n  ? {date}\n  : 0.2").encode()
    many = "".join(f"{MAIN_RATE}{number}:\n  2027-04-01: 0.2\n" for number in range(1999))
    yield "near-names", reform_file(many).encode()
    days = "\n".join(
        f"  20{year:02}-{month:02}-{day:02}: 0.2" for year in range(15, 33) for month in range(1, 13) for day in range(1, 29)
    )
    yield "days", reform_file(f"{MAIN_RATE}:\n{days}").encode()


def _with_code(code: str, place: str) -> str:
    return {
        "value": reform_file(f"{MAIN_RATE}:\n  2027-04-01: {code}"),
        "date": reform_file(f"{MAIN_RATE}:\n  {code}: 0.2"),
        "path": reform_file(f"{code}:\n  2027-04-01: 0.2"),
        "header": reform_file(
            f"{MAIN_RATE}:\n  2027-04-01: 0.2", HEADER.replace("summary: A reform of my own.", f"summary: {code}")
        ),
        "top": code,
    }[place]
