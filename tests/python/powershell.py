"""Reads a PowerShell script as PowerShell does, as far as a grammar goes.

    powershell.py FILE

Prints JSON: `errors`, places that are not PowerShell, and `texts`, the values
of the variables that hold texts or lists of texts.
"""
import json
import re
import sys

import tree_sitter_powershell
from tree_sitter import Language, Parser


def errors(node):
    if node.is_error or node.is_missing:
        yield f"line {node.start_point[0] + 1}: {node.text.decode()[:80]!r}"
    for child in node.children:
        yield from errors(child)


def literals(node):
    """Texts in single quotes in a tree, with what is done to them."""
    if node.type == "verbatim_string_characters":
        yield node.text.decode()[1:-1].replace("''", "'")
    for child in node.children:
        yield from literals(child)


def unescaped(text):
    """`[regex]::Unescape` of the escapes that the compiler writes."""
    units = re.sub(r"\\(?:u([0-9a-f]{4})|(.))", lambda it: chr(int(it[1], 16)) if it[1] else it[2], text)
    return units.encode("utf-16", "surrogatepass").decode("utf-16")


def elements(node):
    """The smallest nodes around each text: a literal, or a call with it."""
    if node.type in ("invokation_expression", "string_literal"):
        yield node
        return
    for child in node.children:
        yield from elements(child)


def value(node):
    texts = [
        unescaped(text) if "Unescape" in element.text.decode() else text
        for element in elements(node)
        for text in literals(element)
    ]
    return texts if node.text.startswith(b"@(") else texts[0] if texts else ""


with open(sys.argv[1], "rb") as file:
    tree = Parser(Language(tree_sitter_powershell.language())).parse(file.read())
texts = {}
for statement in tree.root_node.named_children[0].named_children:
    nodes = [statement]
    while len(nodes[0].named_children) == 1:
        nodes = nodes[0].named_children
    if nodes[0].type == "assignment_expression":
        name, *_, assigned = nodes[0].named_children
        texts.setdefault(name.text.decode().lstrip("$"), value(assigned))
print(json.dumps({"errors": list(errors(tree.root_node)), "texts": texts}))
