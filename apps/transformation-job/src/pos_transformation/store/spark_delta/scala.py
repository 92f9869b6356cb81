"""Between Python and the JVM: the few Scala values that Delta's classes take and give."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from py4j.java_gateway import JavaClass, is_instance_of
from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame

from pos_transformation.errors import LakeError, LostRaceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyspark.sql import SparkSession


# Overflows and failed casts, as Java calls them; Spark's own errors extend these.
ABOUT_VALUES = ("java.lang.ArithmeticException", "java.lang.NumberFormatException", "java.time.DateTimeException")


# Of Delta's own, by their names behind it.
DELTA = "org.apache.spark.sql.delta"
CONVERTERS = "scala.jdk.javaapi.CollectionConverters"


def java(session: SparkSession, name: str) -> Any:
    """A class of the JVM by its full name.

    `session._jvm.org.apache.…` would have the JVM look through all jars for a class `org`, then for a class
    `org.apache` and so on, each time: a tenth of a small run.
    """
    return JavaClass(name, session._jvm._gateway_client)


def seq(session: SparkSession, items: Iterable[Any]) -> Any:
    """A Scala `Seq`."""
    found = java(session, "java.util.ArrayList")()
    for item in items:
        found.add(item)
    return java(session, CONVERTERS).asScala(found).toSeq()


def items(session: SparkSession, sequence: Any) -> list[Any]:
    """The items of a Scala `Seq`."""
    return listed(java(session, "java.util.ArrayList")(java(session, CONVERTERS).asJava(sequence)))


def listed(found: Any) -> list[Any]:
    """The items of a Java list that finds them by their numbers.

    A Java iterator ends with an exception, of which pyspark asks by each of a dozen classes what it is, name by name
    through all jars: 0.3 processor seconds of a small run.
    """
    return [found.get(place) for place in range(found.size())]


def texts(session: SparkSession, mapping: Any) -> dict[str, str]:
    """A Scala `Map` of texts."""
    return {str(name): str(mapping.apply(name)) for name in items(session, mapping.keys().toSeq())}


def some(session: SparkSession, value: Any) -> Any:
    """A Scala `Some`."""
    return java(session, "scala.Some")(value)


def none(session: SparkSession) -> Any:
    """Scala's `None`."""
    return java(session, "scala.Option").empty()


def metadata(
    session: SparkSession,
    found: Any,
    *,
    name: str | None,
    description: str | None,
    schema: str,
    partitions: Sequence[str],
    properties: Mapping[str, str],
) -> Any:
    """A table's `Metadata` with these in the place of what was `found`, and its further properties as they are."""
    configuration = found.configuration()
    for key, value in properties.items():
        configuration = configuration.updated(key, value)
    return found.copy(
        found.id(),
        name,
        description,
        found.format(),
        schema,
        seq(session, partitions),
        configuration,
        found.createdTime(),
    )


def frame(session: SparkSession, dataset: Any) -> DataFrame:
    """A JVM data set of rows as a data frame."""
    return DataFrame(dataset, session)


@contextmanager
def translated(session: SparkSession, table: str) -> Iterator[None]:
    """Delta's errors as `LakeError`s, and a lost race as `LostRaceError`."""
    try:
        yield
    except (Py4JError, PySparkException) as error:
        cause = _cause(error)
        if cause is not None and _lost(session, cause):
            raise LostRaceError(str(cause.getMessage())) from error
        raise LakeError(f"The Delta table {table} could not be read or written: {told(error)}") from error


def told(error: Exception) -> str:
    """An error of the JVM in one line."""
    cause = _cause(error)
    if cause is None:
        return (str(error).splitlines() or [type(error).__name__])[0]
    while cause.getCause() is not None:
        cause = cause.getCause()
    lines = str(cause.getMessage()).splitlines()
    return f"{cause.getClass().getSimpleName()}: {lines[0] if lines else 'no message'}"


def about_values(error: Exception) -> bool:
    """Whether the JVM's error is about a value that is too large, or none of its type: then it comes every time."""
    seen = _cause(error)
    while seen is not None:
        kind = seen.getClass()
        while kind is not None:
            if kind.getName() in ABOUT_VALUES:
                return True
            kind = kind.getSuperclass()
        seen = seen.getCause()
    return False


def _cause(error: Exception) -> Any:
    if isinstance(error, Py4JJavaError):
        return error.java_exception
    # What pyspark already made an exception of its own.
    return getattr(error, "_origin", None)


def _lost(session: SparkSession, cause: Any) -> bool:
    gateway = session.sparkContext._gateway
    seen = cause
    while seen is not None:
        if is_instance_of(gateway, seen, "java.util.ConcurrentModificationException"):
            return True
        seen = seen.getCause()
    return False
