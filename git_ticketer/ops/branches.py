"""The tickets of other branches and worktrees: those that are only there, and collisions of ids.

Trees are compared by git, object by object; only files that differ are read.
"""

import os
from collections.abc import Iterable, Iterator, Mapping

from git_ticketer.lean.ids import TicketId
from git_ticketer.lean.system import read_file
from git_ticketer.model.ticket import Ticket
from git_ticketer.ops.collisions import ID, UID, Collision, Holder
from git_ticketer.ops.known import short_ref
from git_ticketer.storage import numbers, refs, yamlfile
from git_ticketer.storage.gitcmd import Git
from git_ticketer.storage.inside import LeadsOutside, inside
from git_ticketer.storage.tickets import FILE, FOLDER, Tickets, checked, order
from git_ticketer.storage.worktree import Worktree
from git_ticketer.storage.yamlfile import BadFile

WORK_TREE = "work tree"


def elsewhere(worktree: Worktree) -> tuple[list[tuple[str, Ticket]], list[BadFile]]:
    """The tickets that only other refs have, each with the ref, and the files that are none.

    Of several refs the first is taken, local branches before those of remotes.
    """
    git = worktree.git
    here = set(Tickets(worktree).names())
    places: dict[TicketId, tuple[str, str]] = {}
    for ref, folder, id in _folders(git, _trees(git)):
        if id not in here:
            places.setdefault(id, (ref, f"{folder}:{FILE}"))
    data = refs.contents(git, [name for _, name in places.values()])
    good, bad = [], []
    for id in sorted(places, key=order):
        ref, name = places[id]
        if name not in data:
            continue
        try:
            document = yamlfile.parse(data[name], f"{ref}:{FOLDER}/{id}/{FILE}")
            good.append((ref, checked(document, id)))
        except BadFile as error:
            bad.append(error)
    return good, bad


def _trees(git: Git) -> dict[str, str]:
    """Each different `.tickets` tree of all refs and of HEAD, with a ref that has it."""
    found: dict[str, str] = {}
    for tip in refs.tips(git, FOLDER, "tree"):
        found.setdefault(tip.found, short_ref(tip.ref))
    for tree in _head_tree(git):
        found.setdefault(tree, "HEAD")
    return found


def _head_tree(git: Git) -> list[str]:
    answer = refs.looked_up(git, [f"HEAD:{FOLDER}"])[0]
    return [answer.removeprefix("tree ")] if answer.startswith("tree ") else []


def _folders(git: Git, trees: Mapping[str, str]) -> Iterator[tuple[str, str, TicketId]]:
    """Every different folder of a ticket in `trees`: a ref that has it, its object, the id."""
    for tree, object, name in refs.differing(git, [refs.empty_tree(git), *trees]):
        owner = refs.ticket_of(f"{FOLDER}/{name}/{FILE}")
        if owner:
            yield trees[tree], object, owner[0]


def collisions(worktree: Worktree, here: Mapping[TicketId, str] | None = None) -> list[Collision]:
    """Different tickets under one id, on any ref or in any worktree; and one uid under two ids.

    `here` are the uids of the tickets in the work tree, by id; they are read where they are not
    given. Files that cannot be read are left out: they are shown as broken. So is what another
    branch still has under the id that a renumber here took from it.
    """
    uids = dict(here) if here is not None else _uids_in(worktree.top)
    holders: dict[TicketId, dict[str, Holder]] = {
        id: {uid: Holder(id, uid, WORK_TREE)} for id, uid in uids.items()
    }
    ids = {uid: id for id, uid in uids.items()}
    for found in (*_on_refs(worktree, uids), *_in_worktrees(worktree, uids)):
        if ids.get(found.uid, found.id) != found.id:
            continue
        holders.setdefault(found.id, {}).setdefault(found.uid, found)
    clashes = [
        Collision(ID, id, tuple(holders[id].values()))
        for id in sorted(holders, key=order)
        if len(holders[id]) > 1
    ]
    return clashes + _copies(uids)


def _copies(uids: Mapping[TicketId, str]) -> list[Collision]:
    ids: dict[str, list[TicketId]] = {}
    for id in sorted(uids, key=order):
        ids.setdefault(uids[id], []).append(id)
    return [
        Collision(UID, uid, tuple(Holder(id, uid, WORK_TREE) for id in found))
        for uid, found in ids.items()
        if len(found) > 1
    ]


def _on_refs(worktree: Worktree, here: Mapping[TicketId, str]) -> Iterator[Holder]:
    """The tickets of refs that may be others than those in the work tree; only they are read."""
    git = worktree.git
    variants: dict[TicketId, dict[str, str]] = {}
    for ref, folder, id in _folders(git, _trees(git)):
        variants.setdefault(id, {}).setdefault(folder, ref)
    head = {folder for _, folder, _ in _folders(git, dict.fromkeys(_head_tree(git), ""))}
    names = {
        f"{folder}:{FILE}": (id, ref)
        for id, found in variants.items()
        if len(found) > 1 or (id in here and not head.issuperset(found))
        for folder, ref in found.items()
    }
    lines = zip(names, refs.looked_up(git, list(names)), strict=True)
    blobs = {name: line.removeprefix("blob ") for name, line in lines if line.startswith("blob ")}
    data = refs.contents(git, blobs.values())
    for name, blob in blobs.items():
        uid, (id, ref) = refs.uid_of(data[blob]), names[name]
        if uid:
            yield Holder(id, uid, ref)


def _in_worktrees(worktree: Worktree, here: Mapping[TicketId, str]) -> Iterator[Holder]:
    """The tickets that other worktrees have under ids of this one."""
    for top in numbers.tops(worktree)[1:]:
        for id, uid in _uids_in(top, here).items():
            yield Holder(id, uid, top)


def _uids_in(top: str, only: Iterable[TicketId] | None = None) -> dict[TicketId, str]:
    """The uid of each ticket in the work tree at `top` whose file can be read."""
    found = {}
    try:
        names = os.listdir(inside(top, FOLDER))
    except (OSError, LeadsOutside):
        return {}
    chosen = set(only) if only is not None else None
    for name in names:
        owner = refs.ticket_of(f"{FOLDER}/{name}/{FILE}")
        if owner and (chosen is None or owner[0] in chosen):
            uid = _uid_at(top, owner[0])
            if uid:
                found[owner[0]] = uid
    return found


def _uid_at(top: str, id: TicketId) -> str:
    try:
        path = str(inside(top, f"{FOLDER}/{id}/{FILE}"))
        return refs.uid_of(read_file(path, 64)) or refs.uid_of(read_file(path, yamlfile.MAX_BYTES))
    except (OSError, LeadsOutside):
        return ""
