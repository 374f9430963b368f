# bash completion for `git ticket` and `git-ticket`, from git-ticketer.
#
# git's own completion loads this file and calls _git_ticket, bash-completion loads it for
# `git-ticket`. What can stand next is answered by git-ticket itself.

# Complete the words that begin with the command's name at index $1 of `words`.
__git_ticket_reply ()
{
	local IFS=$' \t\n' kind value files=
	COMPREPLY=()
	while IFS=, read -r kind value; do
		case $kind in
		plain) COMPREPLY+=("$value ") ;;
		file | dir) files=yes ;;
		esac
	done < <(env COMP_WORDS="${words[*]:$1}" COMP_CWORD=$((cword - $1)) \
		_GIT_TICKET_COMPLETE=bash_complete git-ticket 2>/dev/null)
	# No file names where none are wanted; bash 3 does not know compopt.
	[ -n "$files" ] || compopt +o default +o bashdefault 2>/dev/null
}

# Called by git's completion, which has set `words`, `cword` and (since git 2.31) the index.
_git_ticket ()
{
	__git_ticket_reply "${__git_cmd_idx:-1}"
}

__git_ticket_alone ()
{
	local words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
	__git_ticket_reply 0
}

complete -o default -o nospace -F __git_ticket_alone git-ticket
