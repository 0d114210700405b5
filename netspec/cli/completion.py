"""`netspec completion`, and how bash and zsh ask for what can follow."""

import os

import click
from click.shell_completion import (
    BashComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)

VARIABLE = "_NETSPEC_COMPLETE"
"""Set by the scripts: the shell that asks, and what it wants."""

# Bash cuts words at `=` too: what it has of the word already must not come again. Needs bash 4.4.
_BASH = """\
%(complete_func)s() {
    local line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]} replies kind value
    [[ $word == "=" ]] && word=""
    local whole=${line##*[[:space:]]}
    local before=${whole%%"$word"}
    replies=$(COMP_WORDS=$line %(complete_var)s=bash_complete "$1" 2> /dev/null)
    COMPREPLY=()
    while IFS=, read -r kind value; do
        case $kind in
            file) compopt -o default ;;
            dir) compopt -o dirnames ;;
            plain)
                [[ $value == *[=/] ]] && compopt -o nospace
                COMPREPLY+=("${value#"$before"}")
                ;;
        esac
    done <<< "$replies"
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""

_ZSH = """\
#compdef %(prog_name)s

%(complete_func)s() {
    local -a replies described
    local kind value help
    replies=("${(@f)$(COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT - 1)) \\
        %(complete_var)s=zsh_complete ${words[1]} 2> /dev/null)}")
    for kind value help in $replies; do
        case $kind in
            file) _files ;;
            dir) _files -/ ;;
            plain)
                if [[ $help != _ ]]; then
                    described+=("$value:$help")
                elif [[ $value == *[=/] ]]; then
                    compadd -S '' -- "$value"
                else
                    compadd -- "$value"
                fi
                ;;
        esac
    done
    if (( $#described )); then
        _describe -V %(prog_name)s described
    fi
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""


@add_completion_class
class Bash(BashComplete):
    """Gets the line up to the cursor, since bash's own words are cut at `=`."""

    source_template = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        line = os.environ["COMP_WORDS"]
        words = split_arg_string(line)[1:]
        if not words or line[-1].isspace():
            return words, ""
        return words[:-1], words[-1]


@add_completion_class
class Zsh(ZshComplete):
    """As click's, but that `NAME=` is not followed by a space."""

    source_template = _ZSH


@click.command(name="completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print a script by which SHELL completes verbs, options, specs and parameters.

    For bash, put `eval "$(netspec completion bash)"` in ~/.bashrc; for zsh the same with zsh, below
    `compinit`, in ~/.zshrc; for fish, write the script to ~/.config/fish/completions/netspec.fish.
    """
    kind = get_completion_class(shell)
    assert kind is not None
    root = ctx.find_root()
    click.echo(kind(root.command, {}, "netspec", VARIABLE).source(), nl=False)
