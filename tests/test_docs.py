"""Help and README speak of commands, options, variables and codes as they are: every example is parsed as if typed."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from sso_sync.cli.app import build
from sso_sync.errors import ExitCode

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL = frozenset({"&&", "||", "|", ";", ">", ">>", "<", "&", "2>", "(", ")"})
# The system's own: where home is, and whether there is a screen. Nobody sets them for sso-sync.
SYSTEM = frozenset({"DISPLAY", "HOME", "LOCALAPPDATA", "PATH", "TERM", "USERPROFILE", "WAYLAND_DISPLAY"})
OF_OTHERS = frozenset({"--quick"})  # options that the README names of other programs
OWN = re.compile(r"(SSO_SYNC|ONELOGIN|JUSTCALL|OTEL)_[A-Z_]*[A-Z]")

Words = tuple[str, ...]


@cache
def tree() -> Any:
    """Every command, none of which does anything."""
    made = typer.main.get_command(build(completion=False))
    for command in leaves(made).values():
        command.callback = lambda **_: 0
    return made


def leaves(command: Any, name: Words = ()) -> dict[Words, Any]:
    """The commands below a group by their words, or the one that it is."""
    below = getattr(command, "commands", None)
    if below is None:
        return {name: command}
    return {words: leaf for word, one in below.items() for words, leaf in leaves(one, (*name, word)).items()}


LEAVES = leaves(typer.main.get_command(build(completion=False)))


def fault(words: Words) -> str | None:
    """What is wrong with a command line (without the program's name), as its parser puts it."""
    try:
        tree().main(args=list(words), prog_name="sso-sync", standalone_mode=False)
    except typer.TyperException as problem:
        return str(problem.format_message())
    return None


def commands(text: str) -> Iterator[Words]:
    """The command lines of sso-sync in a text: what follows the program's name, up to the shell's next word."""
    for line in text.replace("\\\n", " ").splitlines():
        found = re.search(r"(?:^|[\s(])sso-sync( [a-z-].*)", line)
        if found is None:
            continue
        lexer = shlex.shlex(found[1], posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        yield tuple(_until_shell(lexer))


def _until_shell(words: Iterator[str]) -> Iterator[str]:
    for word in words:
        if word in SHELL:
            return
        yield word


def examples(command: Any) -> list[Words]:
    """The command lines below "Example:" in a command's help."""
    return list(commands((command.help or "").partition("Example")[2]))


def blocks() -> list[str]:
    return re.findall(r"^```[a-z]*\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def spans() -> list[str]:
    """Code within sentences."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", README, flags=re.DOTALL | re.MULTILINE))


@pytest.mark.parametrize("name", LEAVES, ids=" ".join)
def test_help_has_examples_and_each_can_be_typed(name: Words) -> None:
    found = examples(LEAVES[name])
    assert found, "there is no example"
    assert [(words, fault(words)) for words in found if fault(words)] == []
    assert [words for words in found if words[: len(name)] != name] == []


def test_so_has_the_help_of_all() -> None:
    found = examples(tree())
    assert found
    assert [(words, fault(words)) for words in found if fault(words)] == []


@pytest.mark.parametrize("name", LEAVES, ids=" ".join)
def test_every_option_says_what_it_does(name: Words) -> None:
    mute = [param.name for param in LEAVES[name].params if not getattr(param, "help", None)]
    assert mute == []


def test_each_command_line_in_the_readme_can_be_typed() -> None:
    found = [words for block in blocks() for words in commands(block)]
    found += [words for span in spans() for words in commands(span) if words not in LEAVES]  # a command's mere name
    assert len(found) > 10
    assert [(words, fault(words)) for words in found if fault(words)] == []


def test_each_option_that_the_readme_names_is_one() -> None:
    """In code that begins with an option or a command, as in `apply --auto-approve`."""
    known = {option for command in LEAVES.values() for param in command.params for option in param.opts}
    known |= {"--help", "--version"} | OF_OTHERS
    names = {words[0] for words in LEAVES}
    told = [span.split() for span in spans()]
    options = {
        word.partition("=")[0]
        for words in told
        if words[0].startswith("--") or words[0] in names
        for word in words
        if re.fullmatch(r"--[a-z][a-z-]*(=.*)?", word)
    }
    assert len(options) > 10
    assert options - known == set()


def test_each_command_is_in_the_readme() -> None:
    table = README.split("## Commands")[1].split("###")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    listed = {word for row in rows for word in re.findall(r"[a-z-]+", row.split("|")[1])}
    assert {word for words in LEAVES for word in words} - listed == set()


def test_each_variable_is_in_the_readme() -> None:
    texts = (file.read_text("utf-8") for file in (ROOT / "sso_sync").rglob("*.py"))
    asking = (text for text in texts if "environ" in text or OWN.search(text))
    read = {name for text in asking for name in _variables(ast.parse(text))}
    assert {"ONELOGIN_CLIENT_ID", "JUSTCALL_SESSION", "NO_COLOR", "GITHUB_SHA"} <= read
    assert sorted(name for name in read - SYSTEM if not re.search(rf"\b{name}\b", README)) == []


def _variables(module: ast.Module) -> Iterator[str]:
    """Names of variables: of our own wherever they are written, of others where the environment is asked for them."""
    names = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}  # what `__all__` lists is no variable
    constants = {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(module):
        text = _text(node)
        if text is not None and OWN.fullmatch(text) and text not in names:
            yield text
        asked = node.args[0] if isinstance(node, ast.Call) and _is_asked(node) else None
        if isinstance(node, ast.Subscript) and _is_environment(node.value):
            asked = node.slice
        if isinstance(asked, ast.Name):
            asked = constants.get(asked.id)
        if (text := _text(asked)) is not None:
            yield text


def _text(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_asked(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "get" and _is_environment(call.func.value)


def _is_environment(node: ast.expr) -> bool:
    return ast.unparse(node).rpartition(".")[2] in {"environ", "environment"}


def test_the_exit_codes_are_these_and_no_others() -> None:
    codes = {int(code) for code in ExitCode}
    table = README.split("### Exit codes")[1].split("###")[0]
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)} == codes
    helped = tree().get_help(tree().make_context("sso-sync", ["plan"], resilient_parsing=True))
    told = helped.partition("Exit codes:")[2].partition("Options:")[0]
    assert {int(code) for code in re.findall(r"(?:^|\s{2,})(\d+)  ", told, re.MULTILINE)} == codes


@pytest.mark.parametrize(
    "words", [("plan",), ("plan", "a.yaml", "--nope"), ("nope",), ("apply", "a.yaml", "--lock-timeout", "x")]
)
def test_what_cannot_be_typed_is_noticed(words: Words) -> None:
    assert fault(words) is not None
