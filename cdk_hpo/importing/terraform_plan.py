"""Resources in the output of ``terraform show -json``, with marks where only apply will know a value."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cdk_hpo.importing.arguments import listed, mapping


class Later(NamedTuple):
    """Stands for a value that is known after apply only.

    Parameters
    ----------
    references
        What the value is made of, such as ``aws_iam_role.training.arn``.
    """

    references: tuple[str, ...]

    @property
    def origin(self) -> str:
        """Where the value comes from, for a message."""
        return f" ({', '.join(self.references)})" if self.references else ""

    @property
    def placeholder(self) -> str:
        """Text that no rule takes for a value where the text has a form."""
        return f"<{self.references[0]}>" if self.references else "<known after apply>"


class Sensitive:
    """Stands for a value that Terraform is told not to show."""

    placeholder = "<sensitive>"


def planned(value: Mapping[str, Any], kind: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield address, name and attributes of every resource of a type, in all modules.

    What Terraform marks as sensitive is replaced by `Sensitive`: the output holds it in the clear all the same.

    Parameters
    ----------
    value
        What ``terraform show -json`` printed, of a plan or of a state.
    kind
        The resource type.
    """
    top = mapping(value.get("planned_values") or value.get("values"))
    changes = {
        str(each.get("address")): mapping(each.get("change")) for each in _objects(value.get("resource_changes"))
    }
    configuration = mapping(mapping(value.get("configuration")).get("root_module"))
    for resource in _resources(mapping(top.get("root_module"))):
        if resource.get("type") != kind or resource.get("mode", "managed") != "managed":
            continue
        address = str(resource.get("address", ""))
        change = mapping(changes.get(address))
        expressions = _expressions(configuration, resource, address)
        attributes = _with_later(mapping(resource.get("values")), change.get("after_unknown"), expressions)
        for marks in (resource.get("sensitive_values"), change.get("after_sensitive")):
            attributes = _without_sensitive(attributes, marks)
        yield address, str(resource.get("name", "")), mapping(attributes)


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from _objects(module.get("resources"))
    for child in _objects(module.get("child_modules")):
        yield from _resources(child)


def _expressions(module: Mapping[str, Any], resource: Mapping[str, Any], address: str) -> Any:
    """Return what the configuration says of a resource: only what is said there can be known later."""
    parts = address.split(".")
    while len(parts) > 1 and parts[0] == "module":
        call = mapping(mapping(module.get("module_calls")).get(parts[1].partition("[")[0]))
        module, parts = mapping(call.get("module")), parts[2:]
    for each in _objects(module.get("resources")):
        if (each.get("type"), each.get("name")) == (resource.get("type"), resource.get("name")):
            return each.get("expressions") or {}
    return {}


def _with_later(value: Any, unknown: Any, expression: Any) -> Any:
    """Return a value in which what is known later, and is said in the configuration, is marked."""
    if unknown is True:
        return Later(_references(expression)) if _is_expression(expression) else value
    if isinstance(unknown, Mapping):
        known = value if isinstance(value, Mapping) else {}
        inner = expression if isinstance(expression, Mapping) else {}
        marked = {key: _with_later(known.get(key), each, inner.get(key)) for key, each in unknown.items()}
        return {**known, **{key: each for key, each in marked.items() if each is not None}}
    if isinstance(unknown, list):
        items = value if isinstance(value, list) else []
        inner_items = [
            _with_later(_at(items, index), each, _at(expression, index)) for index, each in enumerate(unknown)
        ]
        return inner_items + items[len(unknown) :]
    return value


def _without_sensitive(value: Any, marks: Any) -> Any:
    """Return a value without what marks of the same form say is sensitive; when in doubt, without all of it."""
    if value is None or value == [] or isinstance(value, Later | Sensitive) or not _is_marked(marks):
        return value
    if isinstance(value, Mapping) and isinstance(marks, Mapping):
        return {key: _without_sensitive(each, marks.get(key)) for key, each in value.items()}
    if isinstance(value, list) and isinstance(marks, list):
        return [_without_sensitive(each, _at(marks, index)) for index, each in enumerate(value)]
    # A block is an object, or a list of one.
    if isinstance(value, list) and isinstance(marks, Mapping):
        return [_without_sensitive(each, marks) for each in value]
    if isinstance(value, Mapping) and isinstance(marks, list):
        return _without_sensitive(value, _at(marks, 0)) if len(marks) == 1 else Sensitive()
    return Sensitive()


def _is_marked(marks: Any) -> bool:
    """Tell whether anything at all is marked."""
    if isinstance(marks, Mapping):
        return any(_is_marked(each) for each in marks.values())
    return any(_is_marked(each) for each in marks) if isinstance(marks, list) else marks is True


def _objects(given: Any) -> list[Mapping[str, Any]]:
    return [each for each in given if isinstance(each, Mapping)] if isinstance(given, list) else []


def _at(items: Any, index: int) -> Any:
    return items[index] if isinstance(items, list) and index < len(items) else None


def _is_expression(expression: Any) -> bool:
    return isinstance(expression, Mapping) and "references" in expression


def _references(expression: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what an expression refers to: a longer reference makes a shorter one to the same thing needless."""
    found = [str(each) for each in listed(expression["references"])]
    return tuple(each for each in found if not any(other.startswith(f"{each}.") for other in found))
