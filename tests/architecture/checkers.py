"""
The rules of the house as functions from source text to faults.

They take text, never paths, so that each can be shown a planted fault (test_planted_faults.py).
"""

import ast
import configparser
import re
from collections.abc import Iterator

WRITES = frozenset(
    {
        "bulk_create",
        "bulk_update",
        "create",
        "delete",
        "get_or_create",
        "save",
        "update",
        "update_or_create",
    }
)
OPERATION_HEADINGS = ("Reads:", "Writes:", "Guarantees:")
FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
# What opens a line to another program, and is no signal.
_LINES = frozenset({"psycopg", "asyncssh", "sqlite3", "engine"})
_CLOCK_READS = frozenset(
    {("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today")}
)
_SQL_TABLE = re.compile(r"\b(?:from|join|into|update)\s+(?:only\s+)?([a-z]+)_([a-z_]+)\b", re.IGNORECASE)
_SQL_WRITE = re.compile(
    r"\b(?:insert\s+into|update(?!\s+set\b|\s+skip|\s+of\b|\s+nowait)|delete\s+from|merge\s+into|truncate(?:\s+table)?)\s+"
    r"(?:only\s+)?\"?([a-z]+)_([a-z_]+)\b(?!\()",
    re.IGNORECASE,
)
_SQL_CLOCK = re.compile(
    r"\b(?:now\s*\(|current_(?:date|time|timestamp)\b|clock_timestamp\s*\(|statement_timestamp\s*\(|localtime)",
    re.IGNORECASE,
)
_SQL_COMMENT = re.compile(r"--[^\n]*")
_TEMPLATE_COMMENT = re.compile(r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}", re.DOTALL)
_INLINE = {
    "inline script": re.compile(
        r"<script(?![^>]*\bsrc\s*=)(?![^>]*type=\"application/json\")[^>]*>", re.IGNORECASE
    ),
    "inline style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"\sstyle\s*=\s*[\"'{]", re.IGNORECASE),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "script address": re.compile(r"[\"']\s*javascript:", re.IGNORECASE),
    "foreign address": re.compile(r"(?:src|<link[^>]*href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
}
GRAB_BAGS = frozenset(
    {"utils", "util", "common", "helpers", "helper", "misc", "manager", "managers", "tools"}
)


def stage_ranks(contracts: str) -> dict[str, int]:
    """Read {package: rank}, lowest first, from the layers contract."""
    ini = configparser.ConfigParser()
    ini.read_string(contracts)
    lines = [
        line.strip() for line in ini["importlinter:contract:stages"]["layers"].splitlines() if line.strip()
    ]
    return {name.strip(): rank for rank, line in enumerate(reversed(lines)) for name in line.split("|")}


def contract_containers(contracts: str) -> set[str]:
    """Read the stages that contract `inside` covers."""
    ini = configparser.ConfigParser()
    ini.read_string(contracts)
    lines = ini["importlinter:contract:inside"]["containers"].split()
    return {line.removeprefix("puntual.") for line in lines}


def forward_keys(keys: list[tuple[str, str, str]], ranks: dict[str, int]) -> list[str]:
    """Find foreign keys (owner stage, field, target stage) that point to a later stage."""
    return [
        f"{owner}.{field} -> {target}"
        for owner, field, target in keys
        if owner in ranks and target in ranks and ranks[target] > ranks[owner]
    ]


def open_accessors(keys: list[tuple[str, str, str, bool]]) -> list[str]:
    """Find foreign keys across stages (…, hidden?) that give the earlier stage a way to the later one."""
    return [
        f"{owner}.{field} -> {target}"
        for owner, field, target, is_hidden in keys
        if owner != target and not is_hidden
    ]


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node


def database_writes(source: str) -> list[str]:
    """Find writes by models and by SQL: `objects.update`, `save()`, `rows.execute`, `copy_in`."""
    faults = []
    for call in _calls(ast.parse(source)):
        function = call.func
        if not isinstance(function, ast.Attribute):
            continue
        names = {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
        bases = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        is_model_write = function.attr in WRITES and ("objects" in names or function.attr == "save")
        is_row_write = "rows" in bases and function.attr in {"execute", "copy_in"}
        if is_model_write or is_row_write:
            faults.append(f"{call.lineno}: {function.attr}")
    faults += [
        f"{node.lineno}: {' '.join(node.value.split())[:60]}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_sql_write(node.value)
    ]
    return faults


def _is_sql_write(text: str) -> bool:
    starts = re.match(
        r"\s*(?:insert into|update \w+ set|delete from|truncate|copy \"?\w+)\b", text, re.IGNORECASE
    )
    return starts is not None


def _public_functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


def undocumented_operations(source: str) -> list[str]:
    """Find a missing header of an operations module."""
    tree = ast.parse(source)
    head = ast.get_docstring(tree) or ""
    if not _public_functions(tree) or all(heading in head for heading in OPERATION_HEADINGS):
        return []
    return [f"header lacks {heading}" for heading in OPERATION_HEADINGS if heading not in head]


def loose_signatures(source: str) -> list[str]:
    """Find public functions that are not keyword-only, not fully typed, or lack a sentence."""
    faults = []
    for function in _public_functions(ast.parse(source)):
        arguments = function.args
        if arguments.args or arguments.posonlyargs or arguments.vararg or arguments.kwarg:
            faults.append(f"{function.name}: not keyword-only")
        if function.returns is None or any(one.annotation is None for one in arguments.kwonlyargs):
            faults.append(f"{function.name}: not typed")
        if not ast.get_docstring(function):
            faults.append(f"{function.name}: no sentence")
    return faults


def later_tables(sql: str, *, stage: str, ranks: dict[str, int]) -> list[str]:
    """Find tables of later stages in SQL."""
    bare = _SQL_COMMENT.sub("", sql)
    return sorted(
        {
            f"{app}_{table}"
            for app, table in _SQL_TABLE.findall(bare)
            if app in ranks and ranks[app] > ranks[stage]
        }
    )


def foreign_writes(sql: str, *, stage: str, ranks: dict[str, int]) -> list[str]:
    """Find SQL that writes a table of another stage."""
    bare = _SQL_COMMENT.sub("", sql)
    return sorted(
        {f"{app}_{table}" for app, table in _SQL_WRITE.findall(bare) if app in ranks and app != stage}
    )


def sql_clock_reads(sql: str) -> list[str]:
    """Find SQL that asks the server what time it is."""
    return [match[0] for match in _SQL_CLOCK.finditer(_SQL_COMMENT.sub("", sql))]


def clock_reads(source: str) -> list[str]:
    """Find code that asks the machine what time it is."""
    faults = []
    for call in _calls(ast.parse(source)):
        function = call.func
        if not isinstance(function, ast.Attribute):
            continue
        base = function.value
        name = base.id if isinstance(base, ast.Name) else base.attr if isinstance(base, ast.Attribute) else ""
        if (name, function.attr) in _CLOCK_READS:
            faults.append(f"{call.lineno}: {name}.{function.attr}")
    return faults


def signal_uses(source: str) -> list[str]:
    """Find receivers of signals."""
    tree = ast.parse(source)
    faults = [
        f"{node.lineno}: @receiver"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if "receiver" in ast.unparse(decorator).split("(")[0].split(".")
    ]
    for call in _calls(tree):
        function = call.func
        if isinstance(function, ast.Attribute) and function.attr == "connect":
            base = ast.unparse(function.value)
            if base not in _LINES:
                faults.append(f"{call.lineno}: {base}.connect")
    return faults


def long_files(source: str) -> list[str]:
    """Find a file that should be a package."""
    lines = source.count("\n")
    return [f"{lines} lines"] if lines > FILE_LINES_MAX else []


def long_functions(source: str) -> list[str]:
    """Find functions that do not fit on a screen."""
    return [
        f"{node.lineno}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX
    ]


def _model_classes(tree: ast.Module) -> Iterator[ast.ClassDef]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base).split(".")[-1].split("[")[0] for base in node.bases}
            if bases & {"Model", "AbstractBaseUser", "TenantMixin", "DomainMixin"}:
                yield node


def unmarked_personal_data(source: str) -> list[str]:
    """Find tables whose docstring does not say which personal data they hold."""
    return [
        node.name
        for node in _model_classes(ast.parse(source))
        if "PII:" not in (ast.get_docstring(node) or "")
    ]


def model_logic(source: str) -> list[str]:
    """Find tables with a save() of their own, an implicit order or floats."""
    faults = []
    for node in _model_classes(ast.parse(source)):
        for inner in ast.walk(node):
            if isinstance(inner, ast.FunctionDef) and inner.name in {"save", "delete", "clean", "full_clean"}:
                faults.append(f"{node.name}.{inner.name}")
            if isinstance(inner, ast.ClassDef) and inner.name == "Meta":
                faults += [
                    f"{node.name}.Meta.ordering"
                    for line in inner.body
                    if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "ordering"
                ]
            if isinstance(inner, ast.Attribute) and inner.attr == "FloatField":
                faults.append(f"{node.name}: FloatField")
    return faults


def own_imports(source: str) -> list[str]:
    """Find imports of the product in a migration."""
    faults = []
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = ["." * node.level + (node.module or "")]
        faults += [name for name in names if name.split(".")[0] in {"puntual", ""}]
    return faults


def recorded_hosts(lock: str) -> list[str]:
    """Find addresses from which something was downloaded in a lock file."""
    found = re.findall(r"\"resolved\"|--(?:extra-)?index-url\S*|--find-links\S*|@ (?:https?|file)\S*", lock)
    return found + re.findall(r"^(?!\s*\"url\").*\b(?:https?|file)://\S+", lock, re.MULTILINE)


def inline_code(template: str) -> list[str]:
    """Find scripts, styles and foreign files in a page, which its Content-Security-Policy forbids."""
    bare = _TEMPLATE_COMMENT.sub("", template)
    return [name for name, pattern in _INLINE.items() if pattern.search(bare)]


def evasive_tests(source: str) -> list[str]:
    """Find tests that wait or do not run."""
    faults = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).split(".")[-1]
            if name in {"sleep", "skip", "skipif", "xfail", "importorskip"}:
                faults.append(f"{node.lineno}: {name}")
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"pytest.mark.skip", "pytest.mark.xfail"}:
            faults.append(f"{node.lineno}: {node.attr}")
    return sorted(set(faults))
