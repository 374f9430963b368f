"""The table of commits: its columns, and what it says of itself."""

from git_ticketer.lean.settings import Settings
from git_ticketer.storage.cache_sql import Database

TRAILER, BODY, MENTION, UID = "trailer", "body", "mention", "uid"
"""Evidence: a trailer in the last block, a line elsewhere, an id in the text; and a uid trailer."""

SCHEMA = """
CREATE TABLE made(key INTEGER PRIMARY KEY, name TEXT UNIQUE, at INTEGER, author TEXT, subject TEXT,
 parents INTEGER, sessions TEXT, uids TEXT, tickets INTEGER, opted_out INTEGER, merge TEXT);
CREATE TABLE named(word TEXT, evidence TEXT, key INTEGER);
CREATE TABLE origin(original TEXT, kind TEXT, key INTEGER);
CREATE TABLE edit(ticket TEXT, name TEXT, old TEXT, new TEXT, key INTEGER);
CREATE TABLE pair(old TEXT, new TEXT, value TEXT, PRIMARY KEY(old, new)) WITHOUT ROWID;
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""
INDEXES = """
CREATE INDEX made_merge ON made(merge);
CREATE INDEX named_word ON named(word, key);
CREATE INDEX named_key ON named(key);
CREATE INDEX origin_start ON origin(substr(original, 1, 7), key);
CREATE INDEX origin_key ON origin(key);
CREATE INDEX edit_ticket ON edit(ticket, key);
CREATE INDEX edit_key ON edit(key);
"""


def meta(database: Database, name: str) -> str:
    """A fact about the whole table, empty where it is not there."""
    row = database.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def shape(settings: Settings) -> str:
    """What the rows of old commits depend on: another shape is another table."""
    keys = (settings.ticket_key, settings.session_key, settings.uid_key)
    return ",".join((*keys, "", *sorted(settings.prefixes)))
