"""The field-wise merge of texts: every rule, byte for byte."""

import pytest

from git_ticketer.merge.three_way import merge

BASE = """\
# Made by hand.

uid: 01JD8Z6W5T3K9QG4R7M2XV1B0A

id: PROJ-1

title: 'Add avatars'  # keep it short

status: planned

# Who asked for it.
customer: ACME

labels:
- backend
# the design team's
- design

description: |
  One line.

  Another one.

criteria:
  k1:
    text: Cropped
    done: false

  k2:
    text: Small  # at most 5 MB
    done: false

subtasks:
  a1:
    title: Write it
    status: pending
"""
SOLE = "\nsubtasks:\n  a1:\n    title: Write it\n    status: pending\n"


def edited(*changes: tuple[str, str]) -> str:
    """The ticket with some of its text replaced."""
    text = BASE
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


K3 = "  k3:\n    text: Round\n    done: false\n"
K4 = "  k4:\n    text: Square\n    done: false\n"
A2 = "  a2:\n    title: Test it\n    status: pending\n"
CLEAN = {
    "neighbouring fields": (
        [("id: PROJ-1", "id: PROJ-2")],
        [("'Add avatars'", '"New title"')],
    ),
    "the same value is ours": ([("planned", "done")], [("planned", "done")]),
    "a value and a comment after it": (
        [("'Add avatars'", "'Add icons'")],
        [("keep it short", "or not")],
    ),
    "a value and a comment above it": (
        [("customer: ACME", "customer: Others")],
        [("# Who asked for it.", "# Who pays.")],
    ),
    "a label each": (
        [("- backend\n", "- backend\n- cache\n")],
        [("- design\n", "- design\n- x\n")],
    ),
    "a label added and another removed": (
        [("- backend\n", "")],
        [("- design\n", "- design\n- web # later\n")],
    ),
    "a label each in one gap": (
        [("- backend\n", "- backend\n- c1\n")],
        [("- backend\n", "- backend\n- c2\n")],
    ),
    "a label and the comment of another": (
        [("- backend\n", "")],
        [("# the design team's", "# ours")],
    ),
    "ticks of two criteria": (
        [("Cropped\n    done: false", "Cropped\n    done: true")],
        [("# at most 5 MB\n    done: false", "# at most 5 MB\n    done: true")],
    ),
    "a criterion's text and its tick": (
        [("Cropped", "Cropped well")],
        [("Cropped\n    done: false", "Cropped\n    done: true")],
    ),
    "a criterion each": (
        [("\nsubtasks:", "\n" + K3 + "\nsubtasks:")],
        [("\nsubtasks:", "\n" + K4 + "\nsubtasks:")],
    ),
    "the last subtask removed and one added": (
        [(SOLE, "")],
        [(SOLE, SOLE + "\n" + A2)],
    ),
    "a key removed and another changed": (
        [("# Who asked for it.\ncustomer: ACME\n\n", "")],
        [("planned", "done")],
    ),
    "unknown keys of both": (
        [("customer: ACME\n", "customer: ACME\n\nzone: eu\n")],
        [("customer: ACME\n", "customer: ACME\n\nteam: blue  # mine\n")],
    ),
    "a known key and an unknown one": (
        [("planned\n", "planned\n\npriority: high\n")],
        [("customer: ACME\n", "customer: ACME\n\nteam: blue\n")],
    ),
    "a text and the file's first comment": (
        [("One line.", "A line.")],
        [("# Made by hand.", "# By hand.\n#\n# More.")],
    ),
}
EXPECTED = {
    "neighbouring fields": [("id: PROJ-1", "id: PROJ-2"), ("'Add avatars'", '"New title"')],
    "the same value is ours": [("planned", "done")],
    "a value and a comment after it": [
        ("'Add avatars'", "'Add icons'"),
        ("keep it short", "or not"),
    ],
    "a value and a comment above it": [
        ("customer: ACME", "customer: Others"),
        ("# Who asked for it.", "# Who pays."),
    ],
    "a label each": [("- backend\n", "- backend\n- cache\n"), ("- design\n", "- design\n- x\n")],
    "a label added and another removed": [
        ("- backend\n", ""),
        ("- design\n", "- design\n- web # later\n"),
    ],
    "a label each in one gap": [("- backend\n", "- backend\n- c1\n- c2\n")],
    "a label and the comment of another": [("- backend\n", ""), ("# the design team's", "# ours")],
    "ticks of two criteria": [
        ("Cropped\n    done: false", "Cropped\n    done: true"),
        ("# at most 5 MB\n    done: false", "# at most 5 MB\n    done: true"),
    ],
    "a criterion's text and its tick": [
        ("Cropped\n    done: false", "Cropped well\n    done: true"),
    ],
    "a criterion each": [("\nsubtasks:", "\n" + K3 + "\n" + K4 + "\nsubtasks:")],
    "the last subtask removed and one added": [(SOLE, "\nsubtasks:\n" + A2)],
    "a key removed and another changed": [
        ("# Who asked for it.\ncustomer: ACME\n\n", ""),
        ("planned", "done"),
    ],
    "unknown keys of both": [
        ("customer: ACME\n", "customer: ACME\n\nzone: eu\n\nteam: blue  # mine\n"),
    ],
    "a known key and an unknown one": [
        ("planned\n", "planned\n\npriority: high\n"),
        ("customer: ACME\n", "customer: ACME\n\nteam: blue\n"),
    ],
    "a text and the file's first comment": [
        ("One line.", "A line."),
        ("# Made by hand.", "# By hand.\n#\n# More."),
    ],
}


@pytest.mark.parametrize("name", CLEAN)
def test_what_the_two_sides_changed_is_both_in_the_merged_text(name: str) -> None:
    ours, theirs = CLEAN[name]

    merged = merge(BASE, edited(*ours), edited(*theirs))

    assert (merged.text, merged.conflicts) == (edited(*EXPECTED[name]), ())


SYMMETRIC = sorted(set(CLEAN) - {"unknown keys of both"})


@pytest.mark.parametrize("name", SYMMETRIC)
def test_it_does_not_matter_which_side_is_ours(name: str) -> None:
    ours, theirs = CLEAN[name]

    merged = merge(BASE, edited(*theirs), edited(*ours))

    assert (merged.text, merged.conflicts) == (edited(*EXPECTED[name]), ())


@pytest.mark.parametrize("name", CLEAN)
def test_a_change_of_one_side_alone_is_taken_byte_for_byte(name: str) -> None:
    changed = edited(*CLEAN[name][0])

    assert merge(BASE, changed, BASE).text == changed
    assert merge(BASE, BASE, changed).text == changed


def between(name: str, ours: str, theirs: str) -> str:
    return f"<<<<<<< ours: {name}\n{ours}=======\n{theirs}>>>>>>> theirs: {name}\n"


K1 = "  k1:\n    text: Cropped\n    done: false\n"
CONFLICTS = {
    "two statuses": (
        [("planned", "done")],
        [("planned", "backlog")],
        "status",
        [("status: planned\n", between("status", "status: done\n", "status: backlog\n"))],
    ),
    "two descriptions": (
        [("One line.", "Our line."), ("planned", "done")],
        [("One line.", "Their line."), ("PROJ-1", "PROJ-2")],
        "description",
        [
            ("planned", "done"),
            ("PROJ-1", "PROJ-2"),
            (
                "description: |\n  One line.\n\n  Another one.\n",
                between(
                    "description",
                    "description: |\n  Our line.\n\n  Another one.\n",
                    "description: |\n  Their line.\n\n  Another one.\n",
                ),
            ),
        ],
    ),
    "a criterion removed and ticked": (
        [(K1 + "\n", "")],
        [("Cropped\n    done: false", "Cropped\n    done: true")],
        "criteria.k1",
        [(K1, between("criteria.k1", "", K1.replace("false", "true")))],
    ),
    "the only subtask removed and ticked": (
        [(SOLE, "")],
        [("pending", "done")],
        "subtasks",
        [(SOLE, "\n" + between("subtasks", "", SOLE[1:].replace("pending", "done")))],
    ),
    "an unknown key removed and changed": (
        [("# Who asked for it.\ncustomer: ACME\n\n", "")],
        [("ACME", "Others")],
        "customer",
        [
            (
                "# Who asked for it.\ncustomer: ACME\n",
                between("customer", "", "# Who asked for it.\ncustomer: Others\n"),
            )
        ],
    ),
    "a field of an item that both added": (
        [("\nsubtasks:", "\n" + K3 + "\nsubtasks:")],
        [("\nsubtasks:", "\n" + K3.replace("Round", "Oval") + "\nsubtasks:")],
        "criteria.k3.text",
        [
            (
                "\nsubtasks:",
                "\n  k3:\n"
                + between("criteria.k3.text", "    text: Round\n", "    text: Oval\n")
                + "    done: false\n\nsubtasks:",
            )
        ],
    ),
    "two comments of one field": (
        [("keep it short", "ours")],
        [("keep it short", "theirs")],
        "title",
        [
            (
                "title: 'Add avatars'  # keep it short\n",
                between(
                    "title",
                    "title: 'Add avatars'  # ours\n",
                    "title: 'Add avatars'  # theirs\n",
                ),
            )
        ],
    ),
    "a list that became a text": (
        [("labels:\n- backend\n# the design team's\n- design\n", "labels: none\n")],
        [("- backend\n", "- backend\n- cache\n")],
        "labels",
        [
            (
                "labels:\n- backend\n# the design team's\n- design\n",
                between(
                    "labels",
                    "labels: none\n",
                    "labels:\n- backend\n- cache\n# the design team's\n- design\n",
                ),
            )
        ],
    ),
}


@pytest.mark.parametrize("name", CONFLICTS)
def test_what_the_two_sides_dispute_stands_between_markers_that_name_it(name: str) -> None:
    ours, theirs, field, expected = CONFLICTS[name]

    merged = merge(BASE, edited(*ours), edited(*theirs))

    assert (merged.text, merged.conflicts) == (edited(*expected), (field,))


def test_a_lone_line_end_and_a_name_that_hides_it_cannot_forge_a_marker() -> None:
    base, ours, theirs = (f'a: 1\n\n"x\\n>>>>>>> theirs": {n}\n' for n in (1, 2, 3))

    merged = merge(base, ours, theirs)

    assert merged.text == (
        'a: 1\n\n<<<<<<< ours: x?>>>>>>> theirs\n"x\\n>>>>>>> theirs": 2\n=======\n'
        '"x\\n>>>>>>> theirs": 3\n>>>>>>> theirs: x?>>>>>>> theirs\n'
    )


def test_markers_are_as_long_as_git_asks() -> None:
    merged = merge("a: 1\n", "a: 2\n", "a: 3\n", size=9)

    assert merged.text == f"{'<' * 9} ours: a\na: 2\n{'=' * 9}\na: 3\n{'>' * 9} theirs: a\n"


OTHER = BASE.replace("1B0A", "1B0B").replace("avatars", "icons")


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        (BASE, OTHER, edited(("planned", "done"))),
        (BASE, edited(("planned", "done")), OTHER),
        ("", BASE, OTHER),
        (BASE, OTHER, OTHER.replace("planned", "done")),
    ],
    ids=["ours is renamed", "theirs is renamed", "added by both", "the base is another"],
)
def test_two_tickets_are_never_merged(base: str, ours: str, theirs: str) -> None:
    merged = merge(base, ours, theirs)

    assert (merged.text, merged.conflicts) == (between("uid", ours, theirs), ("uid",))


def test_one_ticket_added_on_both_sides_is_the_sum_of_the_two() -> None:
    ours = edited(("- backend\n", "- backend\n- cache\n"), (SOLE, SOLE + "\n" + A2))

    merged = merge("", ours, BASE)

    assert (merged.text, merged.conflicts) == (ours, ())
