"""Parses programs with the tree-sitter grammar of `editors/tree-sitter-bean`.

    tree_sitter_bean.py LIBRARY PROGRAMS

`LIBRARY` is the compiled parser; `PROGRAMS` has a JSON object a line, with the
text of a program and whether the compiler's parser takes it. Prints a JSON
object a line for each program about which the two disagree.
"""
import ctypes
import json
import sys

from tree_sitter import Language, Parser


def language(library):
    function = ctypes.CDLL(library).tree_sitter_bean
    function.restype = ctypes.c_void_p
    capsule = ctypes.pythonapi.PyCapsule_New
    capsule.restype = ctypes.py_object
    capsule.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    return Language(capsule(function(), b"tree_sitter.Language", None))


def fault(node):
    """The first place of a tree that is an error, or missing."""
    if node.is_error or node.is_missing:
        line, column = node.start_point
        return f"{line + 1}:{column + 1}"
    if not node.has_error:
        return None
    return next(filter(None, map(fault, node.children)), "somewhere")


parser = Parser(language(sys.argv[1]))
with open(sys.argv[2], encoding="utf-8") as programs:
    for line in programs:
        program = json.loads(line)
        place = fault(parser.parse(program["text"].encode()).root_node)
        if program["accepted"] != (place is None):
            print(json.dumps({"name": program["name"], "place": place}))
